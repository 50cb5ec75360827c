// swift-tools-version: 6.2
import PackageDescription

/// The libtorch that `make setup` links here: headers, libraries, and the place the loader looks.
let torch = Context.packageDirectory + "/.torch"

/// Where `make install` puts the libraries, as seen from the programs.
let installed = ["-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../lib/latent"]

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// A Swift target with warnings as errors; `folder` where the name and the place differ, `without` what is no source.
func target(
  _ name: String, _ dependencies: [Target.Dependency], folder: String? = nil, without: [String] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: folder.map { "Sources/\($0)" },
    exclude: without, swiftSettings: strict)
}

/// One Debian library, seen through its pkg-config file where it has one.
func library(_ name: String, _ package: String?, apt: String) -> Target {
  .systemLibrary(name: name, pkgConfig: package, providers: [.apt([apt])])
}

/// What every family of methods stands on.
let method: [Target.Dependency] = [
  "Files", "Torch", "Tokenisers", "Networks", "Probability", "Datasets", "Learning", "Evaluation",
  "Autoencoding",
]

/// The families of methods and studies: folders of Sources/Methods.
let families = [
  "Variational", "Resampling", "Structure", "Dynamics", "Acquisition", "Prediction",
  "Classification", "Distillation", "Sharpness", "Clustering", "Reconstruction",
  "Disentanglement", "Discrete", "Conditional", "SelfSupervised", "Sparse", "Geometry", "Language",
  "Features",
]

/// What single families stand on besides.
let besides: [String: [Target.Dependency]] = [
  "SelfSupervised": ["Neighbours"], "Features": ["Sparse", "Language"],
]

/// The families as what stands on all of them names them.
let catalogued = families.map { Target.Dependency(stringLiteral: $0) }

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// A target for each family, and one for its tests.
let ofFamilies =
  families.map { target($0, method + besides[$0, default: []], folder: "Methods/\($0)") }
  + families.map {
    tests(
      $0 + "Tests",
      method + besides[$0, default: []]
        + [.init(stringLiteral: $0), "GoldenFixtures", "TestSupport"])
  }

let package = Package(
  name: "latent",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "latent", targets: ["latent"]),
    .executable(name: "latent-engine", targets: ["latent-engine"]),
    .library(
      name: "Latent",
      targets: [
        "Torch", "Tokenisers", "Networks", "Probability", "Datasets", "Neighbours", "Learning",
        "Evaluation", "Autoencoding", "Catalog", "Reporting", "Exchange",
      ]),
  ],
  targets: [
    library("CPNG", "libpng", apt: "libpng-dev"),
    library("CTurboJPEG", "libturbojpeg", apt: "libturbojpeg0-dev"),
    library("CSQLite", "sqlite3", apt: "libsqlite3-dev"),
    library("CZlib", "zlib", apt: "zlib1g-dev"),
    library("CDigest", "libmd", apt: "libmd-dev"),
    library("CMicroHTTPD", "libmicrohttpd", apt: "libmicrohttpd-dev"),
    // Debian 12 has no pkg-config file for it.
    library("CBZip2", nil, apt: "libbz2-dev"),
    .target(
      name: "CTorch",
      cxxSettings: [
        .treatAllWarnings(as: .error),
        // For `gloo`, the declarations that c10d's headers want and the wheel lacks.
        .headerSearchPath("."),
        .unsafeFlags([
          "-isystem", torch + "/include",
          "-isystem", torch + "/include/torch/csrc/api/include",
        ]),
      ],
      linkerSettings: [
        .unsafeFlags(installed),
        .unsafeFlags(["-L" + torch + "/lib", "-Xlinker", "-rpath", "-Xlinker", torch + "/lib"]),
        .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
      ]),
    target("Files", ["CDigest"]),
    target("KeptMaps", ["Files"]),
    target("Tokenisers", ["Files"]),
    target("Torch", ["CTorch", "Files"]),
    // Whatever a target imports is named: what is not named is not seen to have changed.
    target("Networks", ["Files", "Torch"]),
    target("Probability", ["Torch", "Networks"]),
    target("Datasets", ["Files", "Torch", "CPNG", "CTurboJPEG", "CZlib", "CBZip2"]),
    target("Neighbours", ["Files", "KeptMaps", "Torch", "Datasets"]),
    target(
      "Learning", ["Files", "Torch", "Networks", "Probability", "Datasets", "CSQLite"]),
    target(
      "Evaluation", ["Files", "Torch", "Probability", "Datasets", "Neighbours", "Learning"]),
    target(
      "Autoencoding",
      ["Files", "Torch", "Networks", "Probability", "Datasets", "Learning", "Evaluation"]),
    target("Catalog", ["Files", "Datasets", "Learning", "Evaluation"] + catalogued),
    target("Reporting", ["Files", "CPNG"]),
    target("Manual", ["Files"]),
    target("Mapping", ["Files", "KeptMaps", "Manual"]),
    target("HTTP", ["Files", "CMicroHTTPD"]),
    target(
      "Serving",
      method + ["KeptMaps", "Neighbours", "Catalog", "Reporting", "Manual", "HTTP"],
      without: ["Assets"]),
    target("MCP", ["Files", "Manual"]),
    target("Exchange", ["Files", "Torch", "Datasets", "Learning"]),
    .executableTarget(
      name: "latent", dependencies: ["Files", "Manual", "Mapping"], swiftSettings: strict,
      linkerSettings: [.unsafeFlags(installed)]),
    .executableTarget(
      name: "latent-engine",
      dependencies: method + catalogued + [
        "KeptMaps", "Neighbours", "Catalog", "Reporting", "Manual", "Mapping", "Exchange", "MCP",
        "HTTP", "Serving",
      ],
      path: "Sources/Engine", swiftSettings: strict),
    .executableTarget(
      name: "latent-fuzz", dependencies: ["Files", "Torch", "Datasets", "HTTP", "CZlib", "CBZip2"],
      path: "Fuzz",
      exclude: ["Corpus"], swiftSettings: strict),
    .target(
      name: "GoldenFixtures", dependencies: ["Torch"], path: "Tests/Golden/Fixtures",
      swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["Files", "Torch", "Datasets"], path: "Tests/Support",
      swiftSettings: strict),
    tests("FilesTests", ["Files"]),
    tests("TorchTests", ["Files", "Torch", "GoldenFixtures"]),
    tests("TokenisersTests", ["Files", "Tokenisers", "GoldenFixtures"]),
    tests("NetworksTests", ["Files", "Torch", "Networks", "GoldenFixtures"]),
    tests("ProbabilityTests", ["Torch", "Probability", "GoldenFixtures"]),
    tests("DatasetsTests", ["Files", "Torch", "Datasets", "GoldenFixtures"]),
    tests(
      "NeighboursTests", ["Files", "KeptMaps", "Torch", "Datasets", "Neighbours", "TestSupport"]),
    tests("LearningTests", ["Files", "Torch", "Networks", "Datasets", "Learning"]),
    tests(
      "EvaluationTests",
      [
        "Files", "Torch", "Networks", "Probability", "Datasets", "KeptMaps", "Neighbours",
        "Learning", "Evaluation", "GoldenFixtures", "TestSupport",
      ]),
    tests(
      "AutoencodingTests",
      [
        "Files", "Torch", "Networks", "Probability", "Datasets", "Learning", "Evaluation",
        "Autoencoding", "TestSupport",
      ]),
    tests("ReportingTests", ["Files", "Reporting", "CPNG"]),
    tests("HTTPTests", ["Files", "HTTP"]),
    tests(
      "ServingTests",
      method + [
        "Catalog", "Reporting", "Manual", "HTTP", "Serving", "Reconstruction", "Variational",
      ]),
    tests("MCPTests", ["Files", "Manual", "MCP"]),
    tests(
      "ExchangeTests", ["Files", "Torch", "Datasets", "Learning", "Exchange", "TestSupport"]),
    tests("ManualTests", ["Manual"]),
    tests("CatalogTests", method + catalogued + ["Catalog", "Manual"]),
    tests("EngineTests", ["latent", "latent-engine", "Files", "Torch", "Datasets", "TestSupport"]),
  ] + ofFamilies,
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)
