package dev.espalier.plugins.losses;

import static dev.espalier.api.plugin.Reference.article;
import static dev.espalier.api.plugin.Reference.arxiv;
import static dev.espalier.api.plugin.Reference.book;
import static dev.espalier.api.plugin.Reference.inProceedings;

import dev.espalier.api.plugin.Reference;

/** The works that the losses are from. */
final class Works {
  static final Reference BRIDLE_1990 =
      inProceedings(
              "Neurocomputing: Algorithms, Architectures and Applications",
              1990,
              "Probabilistic Interpretation of Feedforward Classification Network Outputs, with"
                  + " Relationships to Statistical Pattern Recognition",
              "John S. Bridle")
          .at("doi:10.1007/978-3-642-76153-9_28");

  static final Reference SZEGEDY_2015 =
      arxiv(
          "1512.00567",
          2015,
          "Rethinking the Inception Architecture for Computer Vision",
          "Christian Szegedy",
          "Vincent Vanhoucke",
          "Sergey Ioffe",
          "Jonathon Shlens",
          "Zbigniew Wojna");

  static final Reference COX_1958 =
      article(
              "Journal of the Royal Statistical Society B 20",
              1958,
              "The Regression Analysis of Binary Sequences",
              "David R. Cox")
          .at("doi:10.1111/j.2517-6161.1958.tb00292.x");

  static final Reference LEGENDRE_1805 =
      book(
          "Firmin Didot",
          1805,
          "Nouvelles méthodes pour la détermination des orbites des comètes",
          "Adrien-Marie Legendre");

  static final Reference BLOOMFIELD_1983 =
      book(
          "Birkhäuser",
          1983,
          "Least Absolute Deviations: Theory, Applications, and Algorithms",
          "Peter Bloomfield",
          "William L. Steiger");

  static final Reference HUBER_1964 =
      article(
              "Annals of Mathematical Statistics 35",
              1964,
              "Robust Estimation of a Location Parameter",
              "Peter J. Huber")
          .at("doi:10.1214/aoms/1177703732");

  private Works() {}
}
