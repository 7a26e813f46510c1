package dev.espalier.plugins.secondorder;

import static dev.espalier.api.plugin.Reference.arxiv;

import dev.espalier.api.plugin.Reference;

/** The works that the optimizers are from. */
final class Works {
  static final Reference YAO_2020 =
      arxiv(
          "2006.00719",
          2020,
          "ADAHESSIAN: An Adaptive Second Order Optimizer for Machine Learning",
          "Zhewei Yao",
          "Amir Gholami",
          "Sheng Shen",
          "Mustafa Mustafa",
          "Kurt Keutzer",
          "Michael W. Mahoney");

  static final Reference LIU_2023 =
      arxiv(
          "2305.14342",
          2023,
          "Sophia: A Scalable Stochastic Second-order Optimizer for Language Model Pre-training",
          "Hong Liu",
          "Zhiyuan Li",
          "David Hall",
          "Percy Liang",
          "Tengyu Ma");

  private Works() {}
}
