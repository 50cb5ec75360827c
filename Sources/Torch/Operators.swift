import CTorch

// Numbers on the right keep the tensor's type: a whole number added to whole numbers stays whole.
extension Tensor {
  /// The elements of both, by `+`; shapes broadcast.
  public static func + (a: Tensor, b: Tensor) -> Tensor { op("+", a, b) { ct_add($0, $1) } }
  /// Each element and a number, by `+`.
  public static func + (a: Tensor, b: Double) -> Tensor { op("+", a) { ct_add_scalar($0, b) } }
  /// The elements of both, by `-`; shapes broadcast.
  public static func - (a: Tensor, b: Tensor) -> Tensor { op("-", a, b) { ct_sub($0, $1) } }
  /// Each element and a number, by `-`.
  public static func - (a: Tensor, b: Double) -> Tensor { op("-", a) { ct_sub_scalar($0, b) } }
  /// The elements of both, by `*`; shapes broadcast.
  public static func * (a: Tensor, b: Tensor) -> Tensor { op("*", a, b) { ct_mul($0, $1) } }
  /// Each element and a number, by `*`.
  public static func * (a: Tensor, b: Double) -> Tensor { op("*", a) { ct_mul_scalar($0, b) } }
  /// The elements of both, by `/`; shapes broadcast.
  public static func / (a: Tensor, b: Tensor) -> Tensor { op("/", a, b) { ct_div($0, $1) } }
  /// Each element and a number, by `/`.
  public static func / (a: Tensor, b: Double) -> Tensor { op("/", a) { ct_div_scalar($0, b) } }
  /// A number plus each element.
  public static func + (a: Double, b: Tensor) -> Tensor { b + a }
  /// A number times each element.
  public static func * (a: Double, b: Tensor) -> Tensor { b * a }
  /// A number minus each element.
  public static func - (a: Double, b: Tensor) -> Tensor { op("-", b) { ct_rsub_scalar($0, a) } }
  /// A number over each element.
  public static func / (a: Double, b: Tensor) -> Tensor { b.reciprocal() * a }
  /// Each element with its sign changed.
  public static prefix func - (a: Tensor) -> Tensor { op("-", a) { ct_neg($0) } }
  /// The sum takes the place of `a`.
  public static func += (a: inout Tensor, b: Tensor) { a = a + b }
  /// The difference takes the place of `a`.
  public static func -= (a: inout Tensor, b: Tensor) { a = a - b }
  /// The product takes the place of `a`.
  public static func *= (a: inout Tensor, b: Tensor) { a = a * b }
  /// Base `base` to the power of each element.
  public static func power(_ base: Double, _ exponent: Tensor) -> Tensor {
    op("power", exponent) { ct_scalar_pow(base, $0) }
  }
  /// Where `==` holds between the elements of both.
  public static func .== (a: Tensor, b: Tensor) -> Tensor { op(".==", a, b) { ct_eq($0, $1) } }
  /// Where `==` holds between each element and a number.
  public static func .== (a: Tensor, b: Double) -> Tensor { op(".==", a) { ct_eq_scalar($0, b) } }
  /// Where `!=` holds between the elements of both.
  public static func .!= (a: Tensor, b: Tensor) -> Tensor { op(".!=", a, b) { ct_ne($0, $1) } }
  /// Where `!=` holds between each element and a number.
  public static func .!= (a: Tensor, b: Double) -> Tensor { op(".!=", a) { ct_ne_scalar($0, b) } }
  /// Where `<` holds between the elements of both.
  public static func .< (a: Tensor, b: Tensor) -> Tensor { op(".<", a, b) { ct_lt($0, $1) } }
  /// Where `<` holds between each element and a number.
  public static func .< (a: Tensor, b: Double) -> Tensor { op(".<", a) { ct_lt_scalar($0, b) } }
  /// Where `<=` holds between the elements of both.
  public static func .<= (a: Tensor, b: Tensor) -> Tensor { op(".<=", a, b) { ct_le($0, $1) } }
  /// Where `<=` holds between each element and a number.
  public static func .<= (a: Tensor, b: Double) -> Tensor { op(".<=", a) { ct_le_scalar($0, b) } }
  /// Where `>` holds between the elements of both.
  public static func .> (a: Tensor, b: Tensor) -> Tensor { op(".>", a, b) { ct_gt($0, $1) } }
  /// Where `>` holds between each element and a number.
  public static func .> (a: Tensor, b: Double) -> Tensor { op(".>", a) { ct_gt_scalar($0, b) } }
  /// Where `>=` holds between the elements of both.
  public static func .>= (a: Tensor, b: Tensor) -> Tensor { op(".>=", a, b) { ct_ge($0, $1) } }
  /// Where `>=` holds between each element and a number.
  public static func .>= (a: Tensor, b: Double) -> Tensor { op(".>=", a) { ct_ge_scalar($0, b) } }
}
