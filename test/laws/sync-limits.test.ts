import { limitLaws } from '../helpers/law-book-limits.ts'
import { testLaws } from '../helpers/law-tests.ts'

testLaws('What is never sent', limitLaws)
