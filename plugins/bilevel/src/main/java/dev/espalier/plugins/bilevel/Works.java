package dev.espalier.plugins.bilevel;

import static dev.espalier.api.plugin.Reference.arxiv;

import dev.espalier.api.plugin.Reference;

/** The works that the methods are from. */
final class Works {
  static final Reference PEDREGOSA_2016 =
      arxiv(
          "1602.02355",
          2016,
          "Hyperparameter optimization with approximate gradient",
          "Fabian Pedregosa");

  static final Reference LORRAINE_2019 =
      arxiv(
          "1911.02590",
          2019,
          "Optimizing Millions of Hyperparameters by Implicit Differentiation",
          "Jonathan Lorraine",
          "Paul Vicol",
          "David Duvenaud");

  static final Reference MACLAURIN_2015 =
      arxiv(
          "1502.03492",
          2015,
          "Gradient-based Hyperparameter Optimization through Reversible Learning",
          "Dougal Maclaurin",
          "David Duvenaud",
          "Ryan P. Adams");

  static final Reference SHABAN_2018 =
      arxiv(
          "1810.10667",
          2018,
          "Truncated Back-propagation for Bilevel Optimization",
          "Amirreza Shaban",
          "Ching-An Cheng",
          "Nathan Hatch",
          "Byron Boots");

  static final Reference KWON_2023 =
      arxiv(
          "2301.10945",
          2023,
          "A Fully First-Order Method for Stochastic Bilevel Optimization",
          "Jeongyeol Kwon",
          "Dohyun Kwon",
          "Stephen Wright",
          "Robert Nowak");

  static final Reference KWON_2023_PENALTY =
      arxiv(
          "2309.01753",
          2023,
          "On Penalty Methods for Nonconvex Bilevel Optimization and First-Order Stochastic"
              + " Approximation",
          "Jeongyeol Kwon",
          "Dohyun Kwon",
          "Stephen Wright",
          "Robert Nowak");

  static final Reference HAO_2024 =
      arxiv(
          "2401.09587",
          2024,
          "Bilevel Optimization under Unbounded Smoothness: A New Algorithm and Convergence Analysis",
          "Jie Hao",
          "Xiaochuan Gong",
          "Mingrui Liu");

  private Works() {}
}
