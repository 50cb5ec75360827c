import Testing

@testable import Files

@Suite struct MinimumHeapTests {
  @Test func elementsComeInOrderHoweverTheyWentIn() {
    let numbers = (0..<200).map { ($0 * 7919) % 101 }
    var whole = MinimumHeap(numbers), one = MinimumHeap<Int>()
    for number in numbers { one.push(number) }
    for number in numbers.sorted() {
      #expect(whole.first == number && whole.pop() == number && one.pop() == number)
    }
    #expect(whole.pop() == nil && one.first == nil)
  }
}
