import Datasets
import Learning
import Networks
import TestSupport
import Testing
import Torch

@testable import SelfSupervised

@Suite struct CrIBoTests {
  init() { Runtime.threads = 1 }

  @Test func placesAreWhereThePatchesOfAViewComeFrom() throws {
    // An image that is as bright as its columns are far to the right: a patch's mean is its place.
    let row = (0..<32).map { (Float($0) + 0.5) / 32 }
    let x = Tensor((0..<64).flatMap { _ in row }, shape: [2, 1, 32, 32])
    var views = Views()
    (views.jittered, views.flipped) = (0, 0.5)
    let seed = Seed(3)
    let (both, places) = views.placed(x, side: 4) { RandomStream(seed.child($0)) }
    #expect(both.shape == [4, 1, 32, 32] && places.shape == [2, 128, 2])
    let grid = PatchGrid([1, 32, 32], side: 4)
    let means = grid.patches(both).mean(over: 2).split(into: 2, along: 0)
    let columns = places.sliced(2, 1, 2).squeezed(2).split(into: 2, along: 1)
    for view in 0..<2 {
      #expect(try (means[view] - columns[view]).abs().max().value() < 1e-5)
    }
    // Draws are those of the views without places.
    let plain = views.two(x) { RandomStream(seed.child($0)) }
    #expect(try plain.values() == both.values())
  }

  @Test func aWholeImageHasThePlacesOfItsPatches() throws {
    var views = Views()
    (views.smallestCrop, views.flipped) = (1, 0)
    let x = RandomStream(1).uniform([1, 1, 10, 8])
    // Sides of a crop are cut at the border, and the last row of patches is padded by half.
    let places = views.placed(x, side: 4) { RandomStream(Seed(1).child($0)) }.places
    let found = try places.values(as: Double.self)
    #expect(places.shape == [1, 12, 2])
    #expect(found.allSatisfy { 0...1 ~= $0 })
  }

  @Test func patchesThatAreAlikeComeIntoOneSlot() throws {
    // Two directions, in both views alike; places say nothing.
    let kinds = [0, 0, 0, 1, 1, 0, 1, 1]
    let rows = kinds.flatMap { $0 == 0 ? [1, 0.01] : [0.01, 1] as [Float] }
    let z = Tensor(rows, shape: [1, 8, 2])
    let places = Tensor.zeros([1, 8, 2])
    let members = ObjectSlots(slots: 2, placeWeight: 0)(z, places, RandomStream(4))
    #expect(try members.sum(over: 2).values() == [Float](repeating: 1, count: 8))
    let slots = try members.argmax(over: 2).places()
    // Starts may both lie in one kind; then one slot takes all or they still part.
    for (a, b) in zip(kinds.indices, kinds.indices.dropFirst()) where kinds[a] == kinds[b] {
      #expect(slots[a] == slots[b])
    }
  }

  @Test func placesAlonePartPatchesThatAreAlike() throws {
    let z = Tensor.ones([1, 6, 3])
    let places = Tensor([0, 0, 0, 0.1, 0.1, 0, 1, 1, 1, 0.9, 0.9, 1] as [Float], shape: [1, 6, 2])
    var parted = 0
    for seed in 0..<20 {
      let members = ObjectSlots(slots: 2, placeWeight: 1)(z, places, RandomStream(UInt64(seed)))
      let slots = try members.argmax(over: 2).places()
      if Set(slots[0..<3]).count == 1, Set(slots[3...]).count == 1, slots[0] != slots[3] {
        parted += 1
      }
    }
    // Two starts in one corner may keep halves of both.
    #expect(parted >= 12)
  }

  @Test func anObjectIsTheMeanOfItsPatchesInEachView() throws {
    // Slots of patches a b | c d: the first has a and c, the second b alone, the third d alone.
    let members = Tensor([1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1] as [Float], shape: [1, 4, 3])
    let objects = SharedObjects(members)
    let patches = Tensor([1, 2, 3, 4, 5, 6, 7, 8] as [Float], shape: [2, 2, 2])
    #expect(try objects.isShared.to(.float32).values() == [1, 0, 0])
    #expect(try objects.vectors(patches).values() == [1, 2, 5, 6])
  }

  @Test func aNeighbourCountsWhereTheWayBackEndsAtTheObject() throws {
    // Two objects in two views; of two memories the first was seen alike in both views and the second was not.
    let objects = Tensor([1, 0, 0, 1, 1, 0, 0, 1] as [Float], shape: [4, 2])
    let memory = Tensor([2, 0.2, 2, 0.2, 0.3, 3, 3, 0.6] as [Float], shape: [2, 4])
    let near = ObjectNeighbours(of: objects, among: memory)
    // In the first view object 1 finds memory 1, whose second view is nearer to object 0.
    #expect(try near.isFoundBack.values() == [1, 0, 1, 1])
    let found = Tensor([2, 0.2, 0.3, 3] as [Float], shape: [2, 2])
    #expect(try (near.vectors.sliced(0, 0, 2) - found).abs().max().value() < 1e-6)
    #expect(ObjectNeighbours(of: objects.sliced(0, 0, 0), among: memory).vectors.shape == [0, 2])
  }

  @Test func sharesAreCentredAndSharpened() throws {
    let shares = CentredShares(2, device: .cpu)
    let logits = Tensor([1, 0, 1, 0] as [Float], shape: [2, 2])
    try Runtime.training(true) {
      let first = try shares(logits, temperature: 1, keeping: 0.5).values(as: Double.self)
      #expect(near(first[0], 1 / (1 + 0.36787944), 1e-6))
    }
    // The average went half of the way from 0 to 1.
    #expect(try shares.centre.tensor.values() == [0.5, 0])
    let second = try shares(logits, temperature: 0.5).values(as: Double.self)
    #expect(near(second[0], 1 / (1 + 0.36787944), 1e-6))
  }

  @Test func eachViewIsAskedForWhatTheOtherSays() throws {
    let logits = Tensor([9, 0, 0, 9] as [Float], shape: [2, 2])
    let shares = Tensor([0, 1, 1, 0] as [Float], shape: [2, 2])
    #expect(try logits.crossEntropy(ofOther: shares).sum().value() < 1e-3)
    let counts = Tensor([1, 0, 0] as [Float])
    #expect(try Tensor([3, 5, 7] as [Float]).mean(by: counts).value() == 3)
    #expect(try Tensor([3, 5, 7] as [Float]).mean(by: counts.zerosLike()).value() == 0)
  }

  @Test func objectsOfEarlierImagesCountAfterTheWait() throws {
    var method = CrIBo()
    (method.width, method.depth, method.objects.slots) = (16, 1, 6)
    let domain = Domain(shape: [1, 16, 16], support: .unit)
    let network = method.makeNetwork(domain, RandomStream(1))
    let batch = Batch(x: RandomStream(2).uniform([4, 1, 16, 16]), indices: [])
    func weights(_ method: CrIBo, epoch: Int) -> [String: Double] {
      let step = Step(index: 0, epoch: epoch, progress: 0.5, seed: Seed(1))
      let terms = method.loss(network, batch, step).terms
      return Dictionary(uniqueKeysWithValues: terms.map { ($0.name, $0.weight) })
    }
    #expect(weights(method, epoch: 0)["neighbour"] == 0)
    #expect(weights(method, epoch: 1)["neighbour"] == 1)
    (method.objects.within, method.objects.across) = (0, 0)
    #expect(weights(method, epoch: 1)["object"] == nil)
  }
}
