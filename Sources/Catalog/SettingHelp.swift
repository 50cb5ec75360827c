// Made by Scripts/setting-help from the comments of the settings; do not edit.
// swift-format-ignore-file

/// What each setting means, by type and property, from its comment in the source.
let settingHelp: [String: [String: String]] = [
  "Training": [
    "epochs": "Passes over the training examples.",
    "batch": "Examples in a step.",
    "learningRate": "Step size of the optimiser.",
    "optimiser": "How parameters follow gradients: adam, adamw or sgd.",
    "momentum": "Momentum of sgd.",
    "weightDecay": "Pull of every parameter towards 0.",
    "schedule": "How the step size moves over the training: constant, cosine or linear.",
    "warmup": "Steps over which the step size rises from 0.",
    "clip": "Largest joint norm of a step's gradients; 0 sets no limit.",
    "average": "Share of the past in a moving average of the weights, which is then kept; 0 keeps the weights themselves.",
    "patience": "Epochs without a better validation loss before the training stops and the best weights are kept; 0 never stops early.",
  ],
  "CheapBootstrap": [
    "resamples": "Resamples that are fitted; one is enough for a valid interval, ten for a short one.",
    "level": "Probability that intervals are to cover with.",
    "target": "What is estimated: auto, mean, linear or logistic.",
  ],
  "ModelEvaluationGuide": [
    "models": "Columns that hold predictions, separated by commas; all but the named ones where not given.",
    "reading": "What the columns hold: auto, predictions, or features for the built-in learners.",
    "level": "Probability that intervals are to cover with; tests reject at what remains of 1.",
    "replicates": "Resamples of items for a bootstrap interval of predictions.",
    "refits": "Trainings on resampled rows for the .632 and .632+ estimates.",
    "folds": "Parts of the cross-validation of a table.",
    "repeats": "Repetitions of the cross-validation of a table.",
    "innerFolds": "Parts of the cross-validation that chooses a learner's setting.",
    "large": "Rows from which on a table is judged by one hold-out.",
    "heldOut": "Share of a large table that is held out.",
    "training": "Examples that each model was fitted to, where predictions come from repeated hold-outs.",
  ],
  "MultiBootstrapStudy": [
    "replicates": "Resampled differences.",
    "level": "Probability that the interval is to cover with.",
    "paired": "Whether seed i of one arm shares its start or data order with seed i of the other.",
    "against": "The arm of a table that is held against the other; the second by name where not given.",
  ],
  "Tarp": [
    "replicates": "Resamples of the simulations for the bands.",
    "level": "Probability that bands and intervals are to cover with; the test rejects at what remains of 1.",
    "points": "Credibilities at which the curve is drawn.",
    "pilot": "Share of the simulations that points from observations are learnt on; they are not judged by.",
  ],
  "Autoencoder": [
    "latents": "Number of latent units, k.",
    "hidden": "Widths of the encoder's fully connected layers; the decoder mirrors them.",
    "architecture": "Network that reads and writes the data: auto, mlp or convolution.",
    "likelihood": "What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.",
  ],
  "IWAE": [
    "samples": "Posterior samples for each example.",
    "latents": "Number of latent units, k.",
    "hidden": "Widths of the encoder's fully connected layers; the decoder mirrors them.",
    "activation": "Nonlinearity between the layers: identity, relu, leakyRelu, elu, selu, silu, gelu, mish, softplus, tanh or sigmoid.",
    "architecture": "Network that reads and writes the data: auto, mlp or convolution.",
    "likelihood": "What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.",
  ],
  "VAE": [
    "latents": "Number of latent units, k.",
    "hidden": "Widths of the encoder's fully connected layers; the decoder mirrors them.",
    "activation": "Nonlinearity between the layers: identity, relu, leakyRelu, elu, selu, silu, gelu, mish, softplus, tanh or sigmoid.",
    "architecture": "Network that reads and writes the data: auto, mlp or convolution.",
    "likelihood": "What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.",
    "beta": "Weight of the KL term; 1 gives the evidence lower bound.",
    "samples": "Posterior samples for each example, L in the paper.",
    "annealing": "Share of the training over which the weight of the KL term rises from 0.",
  ],
]
