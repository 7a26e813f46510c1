package dev.espalier.plugins.privacy;

import static dev.espalier.api.plugin.Reference.arxiv;

import dev.espalier.api.plugin.Reference;

/** The works that the gradient estimators are from. */
final class EstimatorWorks {
  static final Reference ABADI_2016 =
      arxiv(
          "1607.00133",
          2016,
          "Deep Learning with Differential Privacy",
          "Martín Abadi",
          "Andy Chu",
          "Ian Goodfellow",
          "H. Brendan McMahan",
          "Ilya Mironov",
          "Kunal Talwar",
          "Li Zhang");

  static final Reference BU_2022 =
      arxiv(
          "2206.07136",
          2022,
          "Automatic Clipping: Differentially Private Deep Learning Made Easier and Stronger",
          "Zhiqi Bu",
          "Yu-Xiang Wang",
          "Sheng Zha",
          "George Karypis");

  static final Reference ARORA_2022 =
      arxiv(
          "2206.00846",
          2022,
          "Faster Rates of Convergence to Stationary Points in Differentially Private Optimization",
          "Raman Arora",
          "Raef Bassily",
          "Tomás González",
          "Cristóbal Guzmán",
          "Michael Menart",
          "Enayat Ullah");

  static final Reference ZHANG_2023 =
      arxiv(
          "2311.14632",
          2023,
          "Differentially Private SGD Without Clipping Bias: An Error-Feedback Approach",
          "Xinwei Zhang",
          "Zhiqi Bu",
          "Zhiwei Steven Wu",
          "Mingyi Hong");

  private EstimatorWorks() {}
}
