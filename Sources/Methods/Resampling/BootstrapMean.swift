import Evaluation
import Learning
import Torch

/// The mean of a sample with an interval that allows for its skew.
///
/// - Source: Efron, *Better bootstrap confidence intervals*, JASA 1987.
public struct BootstrapMean: Study {
  public static let card = Card(
    id: "bootstrap", title: "Bootstrap of a mean",
    source:
      "Efron, Better bootstrap confidence intervals, Journal of the American Statistical Association, 1987",
    summary:
      "Draws samples as large as yours from it, and reads an interval from their means: bias-corrected and "
      + "accelerated, so that it covers as it says for skewed samples too.")

  public static let inputs = [StudyInput("values", "Independent values of one quantity, [n].")]

  /// Resamples that are drawn.
  public var replicates = 9_999
  /// Probability that the interval is to cover with.
  public var level = 0.95

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    let values = try room.inputs.column("values")
    var bootstrap = AcceleratedBootstrap()
    bootstrap.replicates = replicates
    bootstrap.level = level
    let found = try bootstrap.mean(of: values, seed: room.seed, threads: room.threads)
    let student = try Estimate.mean(of: values, level: level)
    var findings = Findings(
      "The bootstrap's interval allows for the sample's skew; Student's, beside it, takes the mean for normal."
    )
    findings.add("mean", found.estimate)
    findings.add("mean, Student's interval", student)
    findings.add("standard error", found.standardError)
    findings.add("bias correction", found.bias)
    findings.add("acceleration", found.acceleration)
    findings.add("values", Double(values.count))
    return findings
  }
}
