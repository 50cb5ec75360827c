// swift-tools-version: 6.2
import PackageDescription

/// The libtorch that `make setup` links here: headers, libraries, and the place the loader looks.
let torch = Context.packageDirectory + "/.torch"

/// Where `make install` puts the libraries, as seen from the programs.
let installed = ["-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../lib/latent"]

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// A Swift target with warnings as errors; `folder` where the name and the place differ.
func target(_ name: String, _ dependencies: [Target.Dependency], folder: String? = nil) -> Target {
  .target(
    name: name, dependencies: dependencies, path: folder.map { "Sources/\($0)" },
    swiftSettings: strict)
}

/// One Debian library, seen through its pkg-config file.
func library(_ name: String, _ package: String, apt: String) -> Target {
  .systemLibrary(name: name, pkgConfig: package, providers: [.apt([apt])])
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
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
        "Torch", "Networks", "Probability", "Datasets", "Learning", "Evaluation", "Catalog",
        "Reporting",
      ]),
  ],
  targets: [
    library("CPNG", "libpng", apt: "libpng-dev"),
    library("CTurboJPEG", "libturbojpeg", apt: "libturbojpeg0-dev"),
    library("CSQLite", "sqlite3", apt: "libsqlite3-dev"),
    library("CZlib", "zlib", apt: "zlib1g-dev"),
    library("CDigest", "libmd", apt: "libmd-dev"),
    .target(
      name: "CTorch",
      cxxSettings: [
        .treatAllWarnings(as: .error),
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
    target("Files", []),
    target("Torch", ["CTorch", "Files"]),
    target("Networks", ["Torch"]),
    target("Probability", ["Networks"]),
    target("Datasets", ["Torch", "Files", "CPNG", "CTurboJPEG", "CZlib", "CDigest"]),
    target("Learning", ["Probability", "Datasets", "CSQLite"]),
    target("Evaluation", ["Learning"]),
    target("Variational", ["Evaluation"], folder: "Methods/Variational"),
    target("Catalog", ["Variational"]),
    target("Reporting", ["Files", "CPNG"]),
    target("Manual", ["Files"]),
    .executableTarget(
      name: "latent", dependencies: ["Manual"], swiftSettings: strict,
      linkerSettings: [.unsafeFlags(installed)]),
    .executableTarget(
      name: "latent-engine", dependencies: ["Manual", "Catalog", "Reporting"],
      path: "Sources/Engine", swiftSettings: strict),
    .executableTarget(
      name: "latent-fuzz", dependencies: ["Datasets", "Files", "CZlib"], path: "Fuzz",
      exclude: ["Corpus"], swiftSettings: strict),
    .target(
      name: "GoldenFixtures", dependencies: ["Torch"], path: "Tests/Golden/Fixtures",
      swiftSettings: strict),
    tests("FilesTests", ["Files"]),
    tests("TorchTests", ["Torch", "GoldenFixtures"]),
    tests("NetworksTests", ["Networks", "GoldenFixtures"]),
    tests("ProbabilityTests", ["Probability", "GoldenFixtures"]),
    tests("DatasetsTests", ["Datasets", "Files", "Torch"]),
    tests("LearningTests", ["Learning"]),
    tests("EvaluationTests", ["Evaluation"]),
    tests("ReportingTests", ["Reporting"]),
    tests("ManualTests", ["Manual"]),
    tests("CatalogTests", ["Catalog"]),
    tests("EngineTests", ["latent", "latent-engine", "Datasets"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)
