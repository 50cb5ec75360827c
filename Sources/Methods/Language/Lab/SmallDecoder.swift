import Learning

extension LanguageModel {
  /// A small decoder like GPT-2, of four heads, that learns `texts` texts in so many epochs of batches of 64; a fifth of a
  /// short training warms up.
  init(blocks: Int, width: Int, epochs: Int, texts: Int) {
    self.init()
    (style, self.blocks, self.width, heads) = (.gpt2, blocks, width, 4)
    (training.epochs, training.batch) = (epochs, 64)
    training.warmup = min(100, epochs * texts / 64 / 5)
  }
}
