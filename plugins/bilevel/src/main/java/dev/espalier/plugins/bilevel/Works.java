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

  private Works() {}
}
