import Evaluation
import Learning
import Torch

extension CheapBootstrap {
  /// Re-tests what Lam & Liu, 2023, say of intervals from few resamples in many dimensions.
  static let check = Check(
    "S002",
    protocol: """
      Simulated: linear regression of 200 rows with 20, 60 and 80 normal regressors (p/n 0.1, 0.3, 0.4) and normal \
      noise of deviation 1, logistic regression of 400 rows with 40 (p/n 0.1); true coefficients are normal with \
      total variance 1. 60 worlds of each. Rows are resampled with their outcomes; every procedure has the same first \
      1, 2, 5 or 10 resamples and aims at 95%. Percentile: interpolated quantiles of the resampled coefficients; \
      basic: these mirrored at the estimate; standard error: 1.96 deviations of the resampled coefficients, which needs \
      two. Coverage is the share of all coefficients and worlds whose interval holds the truth; its distance from 95% is \
      averaged over the four designs and the numbers of resamples. Width: of the interval over that of the exact \
      t-interval, in linear regression.
      """,
    minutes: 2, seeds: 5,
    claims: [
      Claim(
        "With 1, 2, 5 and 10 resamples the cheap bootstrap's coverage is nearer to 95% than the percentile bootstrap's",
        at: "§2 and §5", metric: coverage, system: "cheap", over: "percentile", margin: 0.05),
      Claim(
        "And than the basic bootstrap's", at: "§5", metric: coverage, system: "cheap",
        over: "basic", margin: 0.05),
      Claim(
        "With 2, 5 and 10 resamples it is nearer than that of the standard error bootstrap",
        at: "§5", metric: coverageFromTwo, system: "cheap", over: "standard error", margin: 0.01),
      Claim(
        "One resample is enough: coverage with it is nearer to 95% than the percentile bootstrap's with ten",
        at: "Theorem 1", metric: coverageOfOne, system: "cheap, 1 resample",
        over: "percentile, 10 resamples", margin: 0.01),
      Claim(
        "Its coverage is within two points of 95%", at: "ours", metric: coverage, system: "cheap",
        over: "two points"),
      Claim(
        "More resamples make the cheap intervals shorter", at: "§2", metric: width,
        system: "10 resamples", over: "1 resample", margin: 1),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try CoverageTrial(lab, seed).run(&board)
      return board
    })

  static let coverage = Claim.Metric("distance of the coverage from 95%", unit: "share", .lower)
  static let coverageFromTwo = Claim.Metric(
    "distance of the coverage from 95%, two resamples and more", unit: "share", .lower)
  static let coverageOfOne = Claim.Metric(
    "distance of the coverage from 95%, one resample against ten", unit: "share", .lower)
  static let width = Claim.Metric("width over the exact interval's", unit: "times", .lower)
}
