import CTorch

/// Products, factorisations and Fourier transforms, batched over leading axes.
extension Tensor {
  /// The matrix product, batched and broadcast as in NumPy.
  public func matmul(_ other: Tensor) -> Tensor { op("matmul", self, other) { ct_matmul($0, $1) } }
  /// Products of equal batches of matrices, `[b, n, d]` and `[b, d, m]`.
  public func batchedMatmul(_ other: Tensor) -> Tensor {
    op("batchedMatmul", self, other) { ct_bmm($0, $1) }
  }
  /// The inner product of two vectors.
  public func dot(_ other: Tensor) -> Tensor { op("dot", self, other) { ct_dot($0, $1) } }
  /// The outer product of two vectors.
  public func outer(_ other: Tensor) -> Tensor { op("outer", self, other) { ct_outer($0, $1) } }
  /// The Kronecker product.
  public func kronecker(_ other: Tensor) -> Tensor {
    op("kronecker", self, other) { ct_kron($0, $1) }
  }
  /// Products and sums over named axes, such as `"nd,md->nm"`.
  public static func einsum(_ equation: String, _ tensors: Tensor...) -> Tensor {
    op("einsum \(equation)", all: tensors) { ct_einsum(equation, $0, $1) }
  }
  /// This matrix plus the product `a b`.
  public func addingProduct(_ a: Tensor, _ b: Tensor) -> Tensor {
    op("addingProduct", self, a, b) { ct_addmm($0, $1, $2) }
  }
  /// The vector product along an axis of size 3.
  public func cross(_ other: Tensor, along axis: Int = -1) -> Tensor {
    op("cross", self, other) { ct_cross($0, $1, Int64(axis)) }
  }
  /// p-norm distances between the rows of `[n, d]` and `[m, d]`, `[n, m]`.
  public func distances(to other: Tensor, p: Double = 2) -> Tensor {
    op("distances", self, other) { ct_cdist($0, $1, p) }
  }

  /// The inverse of square matrices.
  public func inverse() -> Tensor { op("inverse", self) { ct_inverse($0) } }
  /// The Moore–Penrose inverse.
  public func pseudoInverse() -> Tensor { op("pseudoInverse", self) { ct_pinverse($0) } }
  /// Determinants.
  public func determinant() -> Tensor { op("determinant", self) { ct_det($0) } }
  /// Logarithms of positive determinants.
  public func logDeterminant() -> Tensor { op("logDeterminant", self) { ct_logdet($0) } }
  /// The sum of the diagonal.
  public func trace() -> Tensor { op("trace", self) { ct_trace($0) } }
  /// The matrix exponential.
  public func matrixExp() -> Tensor { op("matrixExp", self) { ct_matrix_exp($0) } }
  /// The n-th power of square matrices.
  public func matrixPower(_ n: Int) -> Tensor {
    op("matrixPower", self) { ct_matrix_power($0, Int64(n)) }
  }
  /// The lower factor L of positive definite matrices L Lᵀ.
  public func cholesky() -> Tensor { op("cholesky", self) { ct_cholesky($0) } }
  /// x of L Lᵀ x = b, this tensor being L.
  public func choleskySolve(_ b: Tensor) -> Tensor {
    op("choleskySolve", self, b) { ct_cholesky_solve($1, $0) }
  }
  /// The inverse of L Lᵀ, this tensor being L.
  public func choleskyInverse() -> Tensor {
    op("choleskyInverse", self) { ct_cholesky_inverse($0) }
  }
  /// x of A x = b.
  public func solve(_ b: Tensor) -> Tensor { op("solve", self, b) { ct_solve($0, $1) } }
  /// x of A x = b for triangular A.
  public func solveTriangular(_ b: Tensor, upper: Bool, unitDiagonal: Bool = false) -> Tensor {
    op("solveTriangular", self, b) { ct_solve_triangular($0, $1, upper, unitDiagonal) }
  }
  /// x that minimises ‖A x − b‖.
  public func leastSquares(_ b: Tensor) -> Tensor {
    guard let handle = b.storage.handle else { return b }
    return ops("leastSquares", self, results: 4) { a, out in
      withExtendedLifetime(b.storage) { ct_lstsq(a, handle, out) }
    }[0]
  }
  /// Orthonormal q and upper triangular r with q r = A.
  public func qr() -> (q: Tensor, r: Tensor) {
    let both = ops("qr", self, results: 2) { ct_qr($0, $1) }
    return (both[0], both[1])
  }
  /// u diag(s) vᵀ = A, thin; the singular values descend.
  public func svd() -> (u: Tensor, s: Tensor, vt: Tensor) {
    let all = ops("svd", self, results: 3) { ct_svd($0, $1) }
    return (all[0], all[1], all[2])
  }
  /// Singular values, descending.
  public func singularValues() -> Tensor { op("singularValues", self) { ct_svdvals($0) } }
  /// Eigenvalues, ascending, and eigenvectors (columns) of symmetric matrices.
  public func symmetricEigen() -> (values: Tensor, vectors: Tensor) {
    let both = ops("symmetricEigen", self, results: 2) { ct_eigh($0, $1) }
    return (both[0], both[1])
  }
  /// Eigenvalues of symmetric matrices, ascending.
  public func symmetricEigenvalues() -> Tensor {
    op("symmetricEigenvalues", self) { ct_eigvalsh($0) }
  }
  /// Complex eigenvalues and eigenvectors (columns) of square matrices.
  public func eigen() -> (values: Tensor, vectors: Tensor) {
    let both = ops("eigen", self, results: 2) { ct_eig($0, $1) }
    return (both[0], both[1])
  }
  /// Sign and log |det A|.
  public func signAndLogDeterminant() -> (sign: Tensor, log: Tensor) {
    let both = ops("signAndLogDeterminant", self, results: 2) { ct_slogdet($0, $1) }
    return (both[0], both[1])
  }
  /// p l u = A, with p a permutation.
  public func lu() -> (p: Tensor, l: Tensor, u: Tensor) {
    let all = ops("lu", self, results: 3) { ct_lu($0, $1) }
    return (all[0], all[1], all[2])
  }

  /// The discrete Fourier transform along an axis, complex.
  public func fft(along axis: Int = -1) -> Tensor { op("fft", self) { ct_fft($0, Int64(axis)) } }
  /// The inverse of ``fft(along:)``.
  public func inverseFFT(along axis: Int = -1) -> Tensor {
    op("inverseFFT", self) { ct_ifft($0, Int64(axis)) }
  }
  /// The Fourier transform of real numbers: frequencies 0 through half.
  public func realFFT(along axis: Int = -1) -> Tensor {
    op("realFFT", self) { ct_rfft($0, Int64(axis)) }
  }
  /// The inverse of ``realFFT(along:)`` for an even length.
  public func inverseRealFFT(along axis: Int = -1) -> Tensor {
    op("inverseRealFFT", self) { ct_irfft($0, Int64(axis)) }
  }
  /// The Fourier transform over the last two axes, complex.
  public func fft2() -> Tensor { op("fft2", self) { ct_fft2($0) } }
  /// The inverse of ``fft2()``.
  public func inverseFFT2() -> Tensor { op("inverseFFT2", self) { ct_ifft2($0) } }
  /// The Fourier transform of real images over the last two axes.
  public func realFFT2() -> Tensor { op("realFFT2", self) { ct_rfft2($0) } }
  /// The inverse of ``realFFT2()`` for images of `height` × `width`.
  public func inverseRealFFT2(height: Int, width: Int) -> Tensor {
    op("inverseRealFFT2", self) { ct_irfft2($0, Int64(height), Int64(width)) }
  }
  /// Spectra of windows of `size` samples, `hop` apart, complex: `[…, frequencies, frames]`.
  public func stft(size: Int, hop: Int, window: Tensor) -> Tensor {
    op("stft", self, window) { ct_stft($0, Int64(size), Int64(hop), $1) }
  }
  /// The signal of `length` samples with these spectra.
  public func inverseSTFT(size: Int, hop: Int, window: Tensor, length: Int) -> Tensor {
    op("inverseSTFT", self, window) { ct_istft($0, Int64(size), Int64(hop), $1, Int64(length)) }
  }

  /// A sparse tensor from the coordinates `[rank, m]` and values `[m]` of its entries.
  public static func sparse(indices: Tensor, values: Tensor, shape: [Int]) -> Tensor {
    op("sparse", indices, values) { i, v in shape.lend { ct_sparse_coo(i, v, $0, $1) } }
  }
  /// A sparse matrix by rows: where each row starts, the column and the value of each entry.
  public static func sparseRows(starts: Tensor, columns: Tensor, values: Tensor, shape: [Int])
    -> Tensor
  {
    op("sparseRows", starts, columns, values) { r, c, v in
      shape.lend { ct_sparse_csr(r, c, v, $0, $1) }
    }
  }
  /// The product of this sparse matrix and a dense one.
  public func sparseMatmul(_ dense: Tensor) -> Tensor {
    op("sparseMatmul", self, dense) { ct_sparse_mm($0, $1) }
  }
  /// All elements, zeros written out.
  public func dense() -> Tensor { op("dense", self) { ct_to_dense($0) } }
  /// Only the elements that are not 0.
  public func sparse() -> Tensor { op("sparse", self) { ct_to_sparse($0) } }
  /// Coordinates `[rank, m]` of the entries of a coalesced sparse tensor.
  public func sparseIndices() -> Tensor { op("sparseIndices", self) { ct_sparse_indices($0) } }
  /// Values `[m]` of the entries of a coalesced sparse tensor.
  public func sparseValues() -> Tensor { op("sparseValues", self) { ct_sparse_values($0) } }
  /// Sparse with entries of equal coordinates summed.
  public func coalesced() -> Tensor { op("coalesced", self) { ct_coalesce($0) } }
}
