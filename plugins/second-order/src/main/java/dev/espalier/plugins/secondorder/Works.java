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

  static final Reference JAHANI_2021 =
      arxiv(
          "2109.05198",
          2021,
          "Doubly Adaptive Scaled Algorithm for Machine Learning Using Second-Order Information",
          "Majid Jahani",
          "Sergey Rusakov",
          "Zheng Shi",
          "Peter Richtarik",
          "Michael W. Mahoney",
          "Martin Takac");

  static final Reference FRANTAR_2021 =
      arxiv(
          "2107.03356",
          2021,
          "M-FAC: Efficient Matrix-Free Approximations of Second-Order Information",
          "Elias Frantar",
          "Eldar Kurtic",
          "Dan Alistarh");

  static final Reference GUPTA_2018 =
      arxiv(
          "1802.09568",
          2018,
          "Shampoo: Preconditioned Stochastic Tensor Optimization",
          "Vineet Gupta",
          "Tomer Koren",
          "Yoram Singer");

  static final Reference ANIL_2020 =
      arxiv(
          "2002.09018",
          2020,
          "Scalable Second Order Optimization for Deep Learning",
          "Rohan Anil",
          "Vineet Gupta",
          "Tomer Koren",
          "Kevin Regan",
          "Yoram Singer");

  static final Reference MARTENS_2015 =
      arxiv(
          "1503.05671",
          2015,
          "Optimizing Neural Networks with Kronecker-factored Approximate Curvature",
          "James Martens",
          "Roger Grosse");

  private Works() {}
}
