import { faultLaws } from '../helpers/law-book-faults.ts'
import { testLaws } from '../helpers/law-tests.ts'

testLaws('What holds when something goes wrong', faultLaws)
