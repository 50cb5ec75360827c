/// Which data sets of a `LATENT_DATA` folder are read, and how.
extension KnownSet {
  static let all =
    pictures + tables + anomalies + series + texts + graphs + corpora + turned

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
    KnownSet(
      name: "zinc-smiles", title: "ZINC SMILES sample",
      form: .text("biology/zinc_smiles/valid.txt")),
  ]

  private static let graphs = ["cora", "citeseer"].map {
    KnownSet(
      name: $0, title: "Cora and Citeseer (Planetoid)", form: .npz("graphs/planetoid/\($0).npz"))
  }
}
