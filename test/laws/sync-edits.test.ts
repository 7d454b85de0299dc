import { editLaws } from '../helpers/law-book-edits.ts'
import { hashLaws } from '../helpers/law-book-hash.ts'
import { testLaws } from '../helpers/law-tests.ts'

testLaws('What holds for edits and for the name of a plan', [...editLaws, ...hashLaws])
