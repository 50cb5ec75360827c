import Foundation

/// Which data sets of a `LATENT_DATA` folder are read, and how.
extension KnownSet {
  static let all =
    pictures + tables + anomalies + series + texts + graphs + recordings + corpora + turned

  private static let pictures = [
    KnownSet(name: "mnist", title: "MNIST", form: .idx("images/mnist")),
    KnownSet(
      name: "cifar-10", title: "CIFAR-10 subset (JPEG-decoded)",
      form: .npz("images/cifar10/cifar10_subset.npz")),
    KnownSet(
      name: "olivetti", title: "Olivetti (ORL) faces",
      form: .matrix("images/olivetti/olivettifaces.mat")),
    KnownSet(
      name: "omniglot", title: "Omniglot background small 1",
      form: .pictures("images/omniglot/images_background_small1.zip", size: [28, 28])),
    KnownSet(
      name: "kodak", title: "Kodak lossless true-colour images",
      form: .pictures("images/kodak", size: [64, 64])),
  ]

  private static let tables = [
    KnownSet(
      name: "abalone", title: "Abalone",
      form: .table(
        train: ["tabular/abalone/abalone.csv"],
        header: "sex,length,diameter,height,whole,shucked,viscera,shell,rings", label: "sex")),
    KnownSet(
      name: "adult", title: "Adult (census income)",
      form: .table(
        train: ["tabular/adult/adult-train.csv"], test: ["tabular/adult/adult-test.csv"],
        header: "age,workclass,fnlwgt,education,education-num,marital-status,occupation,"
          + "relationship,race,sex,capital-gain,capital-loss,hours-per-week,native-country,income",
        label: "income")),
    KnownSet(
      name: "california-housing", title: "California housing",
      form: .table(
        train: ["tabular/california_housing/housing.csv"], label: "ocean_proximity")),
    KnownSet(
      name: "electricity", title: "Electricity (Elec2, NSW)",
      form: .table(train: ["tabular/electricity_elec2/elec.csv"], label: "class")),
    KnownSet(
      name: "german-credit", title: "German credit",
      form: .table(train: ["tabular/german_credit/german.csv"], label: "c21")),
    KnownSet(
      name: "wine-quality", title: "Wine quality",
      form: .table(
        train: [
          "tabular/wine_quality/winequality-red.csv", "tabular/wine_quality/winequality-white.csv",
        ],
        header: "fixed acidity,volatile acidity,citric acid,residual sugar,chlorides,"
          + "free sulfur dioxide,total sulfur dioxide,density,pH,sulphates,alcohol,quality",
        label: "quality")),
    KnownSet(
      name: "sachs", title: "Sachs protein signalling",
      form: .table(train: ["causal/sachs/cyto_full_data.csv"], label: "none")),
  ]

  private static let anomalies = [
    "2_annthyroid", "6_cardio", "10_cover", "18_Ionosphere", "20_letter", "23_mammography",
    "26_optdigits", "28_pendigits", "30_satellite", "31_satimage-2", "38_thyroid", "40_vowels",
    "42_WBC", "43_WDBC",
  ].map { file in
    KnownSet(
      name: "adbench-" + file.drop { $0 != "_" }.dropFirst().lowercased(),
      title: "ADBench anomaly sets", form: .npz("tabular/adbench/\(file).npz"))
  }

  private static let series =
    [
      KnownSet(
        name: "etth1", title: "ETTh1", form: .series("timeseries/ett/ETTh1.csv", window: 48)),
      KnownSet(
        name: "mit-bih", title: "MIT-BIH arrhythmia excerpt",
        form: .series("timeseries/mitdb/mitdb.csv", window: 128)),
    ]
    + [
      ("airline-passengers", 12), ("daily-min-temperatures", 28), ("monthly-sunspots", 24),
    ].map { file, window in
      KnownSet(
        name: file, title: "Classic univariate series",
        form: .series("timeseries/classic/\(file).csv", window: window))
    }
    + [
      ("nyc-taxi", "realKnownCause/nyc_taxi"),
      ("machine-temperature", "realKnownCause/machine_temperature_system_failure"),
      ("ambient-temperature", "realKnownCause/ambient_temperature_system_failure"),
      ("ec2-latency", "realKnownCause/ec2_request_latency_system_failure"),
      ("ec2-cpu", "realAWSCloudwatch/ec2_cpu_utilization_24ae8d"),
      ("rds-cpu", "realAWSCloudwatch/rds_cpu_utilization_cc0c53"),
      ("traffic-speed", "realTraffic/speed_7578"),
      ("twitter-aapl", "realTweets/Twitter_volume_AAPL"),
      ("art-daily-jumpsup", "artificialWithAnomaly/art_daily_jumpsup"),
      ("art-daily-flatmiddle", "artificialWithAnomaly/art_daily_flatmiddle"),
      ("art-daily-small-noise", "artificialNoAnomaly/art_daily_small_noise"),
    ].map { name, file in
      KnownSet(
        name: "nab-" + name, title: "Numenta Anomaly Benchmark sample",
        form: .series("timeseries/nab/\(file).csv", window: 48))
    }

  private static let texts = [
    KnownSet(
      name: "tiny-shakespeare", title: "tiny-shakespeare",
      form: .text("text/tinyshakespeare/input.txt")),
    KnownSet(
      name: "english-words", title: "English word list",
      form: .text("text/english_words/american-english")),
  ]

  private static let graphs = ["cora", "citeseer"].map {
    KnownSet(
      name: $0, title: "Cora and Citeseer (Planetoid)", form: .npz("graphs/planetoid/\($0).npz"))
  }

  /// Sounds, labelled series, cells, spikes, and graphs without features.
  private static let recordings =
    [
      KnownSet(
        name: "free-spoken-digits", title: "Free Spoken Digit Dataset subset",
        form: .special(["audio/fsdd/recordings"]) { path, name, _, options, like in
          try Opened.spokenDigits(path, name: name, options, like: like)
        }),
      KnownSet(
        name: "pbmc-68k-reduced", title: "PBMC 68k reduced",
        form: .special(["biology/pbmc68k_reduced/10x_pbmc68k_reduced.h5ad"]) {
          path, name, _, options, like in
          try Opened.cells(path, name: name, options, like: like, label: "bulk_labels")
        }),
      KnownSet(
        name: "blogcatalog", title: "BlogCatalog",
        form: .special(["graphs/blogcatalog/blogcatalog.mat"]) { path, name, _, _, _ in
          try Opened.matrix(path, name: name)
        }),
      KnownSet(
        name: "zachary-karate-club", title: "Zachary karate club",
        form: .special(["graphs/karate/karate.adjlist", "graphs/karate/karate_clubs.csv"]) {
          path, name, _, _, _ in
          let folder = (path as NSString).deletingLastPathComponent
          return try Opened.neighbours(path, labels: folder + "/karate_clubs.csv", name: name)
        }),
    ]
    + ["ArrowHead", "BasicMotions", "GunPoint", "ItalyPowerDemand", "JapaneseVowels"].map { set in
      KnownSet(
        name: "ucr-" + set.lowercased(), title: "UCR/UEA classification sets",
        form: .special(["timeseries/ucr_uea/\(set)"]) { path, name, _, _, like in
          try Opened.timeSeriesFolder(path, name: name, like: like)
        })
    }
    + [
      "CAL1S", "CAL1V", "CAL2S", "CAL2C", "e060824spont", "e060824citral", "e070528spont",
      "e070528citronellal",
    ].map { recording in
      KnownSet(
        name: "cockroach-" + recording.lowercased(), title: "Cockroach antennal-lobe spike trains",
        form: .special(["biology/spiketrains_cockroach/spikes.csv"], window: 20) {
          path, name, window, _, _ in
          try Opened.spikes(path, recording: recording, name: name, window: window)
        })
    }
}
