import Datasets
import Evaluation
import Learning
import Testing
import Torch

@testable import Sparse

@Suite struct DictionaryTests {
  private let random = RandomStream(Seed(11))

  private func source(_ x: Tensor) throws -> Source {
    var options = SourceOptions()
    options.validation = 0
    return try Source.made(
      "rows", train: MadeExamples(x), test: MadeExamples(x.sliced(0, 0, 4)), options)
  }

  @Test func independentComponentsAreTheMixedDirections() throws {
    let causes = random.child("causes").uniform([4000, 3]) - 0.5
    let mixing = random.child("mixing").normal([3, 5])
    var method = ICA()
    method.latents = 3
    let run = FitRun(try source(causes.matmul(mixing) + 2), seed: Seed(1))
    let network = try Space.fitted(method, run).network
    let unit = mixing / mixing.norm(over: 1, keep: true)
    let found = Tensor.concatenate([network.directions, -network.directions])
    #expect(try DictionaryScores.recovery(of: unit, by: found) > 0.99)
    let x = causes.matmul(mixing) + 2
    let off = (network.decode(network.encode(x)) - x).abs().max()
    #expect(try off.value() < 1e-3)
  }

  @Test func pursuitInAnOrthonormalDictionaryFindsTheLargestParts() throws {
    let codes = MatchingPursuit(atoms: Tensor.identity(4), choices: 2).codes([[1, -3, 0.5, 2]])
    #expect(try codes.values() == ([0, -3, 0, 2] as [Float]))
  }

  @Test func atomsAreTheExamplesThatWereNotWritten() throws {
    // Two directions, many times over, and one that comes late.
    let rows: [[Float]] =
      Array(repeating: [2, 0, 0], count: 20) + [[0, 3, 0]]
      + Array(repeating: [1, 1, 0], count: 20) + [[0, 0, 5], [1, 1, 1]]
    var method = ITDA()
    (method.latents, method.active, method.threshold, method.batch) = (8, 3, 0.01, 1)
    let x = Tensor(rows.flatMap { $0 }, shape: [rows.count, 3])
    let network = try Space.fitted(method, FitRun(try source(x), seed: Seed(1))).network
    // The first three fill up the inputs, whatever they are.
    #expect(try network.names() == [0, 1, 2, 20, 41])
    let atoms = network.atoms.tensor
    #expect(try atoms.norm(over: 1).values() == [1, 1, 1, 1, 1, 0, 0, 0])
    let off = (network.decode(network.encode(x)) - x).abs().max()
    #expect(try off.value() < 1e-5)
  }
}
