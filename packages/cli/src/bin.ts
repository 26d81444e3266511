#!/usr/bin/env node
import process from 'node:process'
import { processConsole } from './console.js'
import { main } from './main.js'

// A reader that has seen enough (`epochwatt list | head`) closes the pipe: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

void main(process.argv.slice(2), processConsole(process)).then(code => {
  process.exitCode = code
})
