import { applyLaws } from '../helpers/law-book-apply.ts'
import { testLaws } from '../helpers/law-tests.ts'

testLaws('What holds for an apply', applyLaws)
