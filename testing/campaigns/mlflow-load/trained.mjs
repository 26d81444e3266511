// What a tracker of the load logs with an epoch: known to whoever reads it back, without asking the tracker.
export const trained = (tracker, index) => ({
  loss: 1 / (index + 1) + tracker / 1000,
  val_loss: 1.1 / (index + 1) + tracker / 1000,
  accuracy: 1 - 1 / (index + 2),
})
