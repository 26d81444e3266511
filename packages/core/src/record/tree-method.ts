import type { TreeReadings } from '../meter/meter.js'

/** What the processor time of our processes stands on; undefined where nobody followed them. */
export const treeMethod = ({ count, byCgroup, cgroup }: TreeReadings): string | undefined => {
  if (count === 0) return undefined
  const followed = 'the process tree, followed through /proc'
  if (!cgroup) return followed
  const file = cgroup === 2 ? 'cpu.stat' : 'cpuacct.usage'
  const group = `${file} of our control group (version ${cgroup}), which held no other processes`
  // The first reading is where counting begins.
  return byCgroup >= count - 2 ? group : `${group}, in ${byCgroup} of ${count} readings; else ${followed}`
}
