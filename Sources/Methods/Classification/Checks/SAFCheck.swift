import Evaluation

extension SAF {
  static let check: Check? = nil
}
