import { expect, it } from 'vitest'
import { parseIni } from './ini.js'

it('reads sections, both separators, comments and Windows line ends', () => {
  const sections = parseIni(
    'stray = 1\r\n[mlflow]\r\n# no\n; no\nUser: me\npassword = a = b \n[other]\nuser=you\n',
  )
  expect([...sections.keys()]).toEqual(['mlflow', 'other'])
  expect(Object.fromEntries(sections.get('mlflow') ?? [])).toEqual({ user: 'me', password: 'a = b' })
  expect(sections.get('other')?.get('user')).toBe('you')
})
