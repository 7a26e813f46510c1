package dev.espalier.plugins.activations;

import static dev.espalier.api.plugin.Reference.article;
import static dev.espalier.api.plugin.Reference.arxiv;
import static dev.espalier.api.plugin.Reference.inProceedings;

import dev.espalier.api.plugin.Reference;

/** The works that the activation functions are from. */
final class Works {
  static final Reference NAIR_2010 =
      inProceedings(
          "International Conference on Machine Learning",
          2010,
          "Rectified Linear Units Improve Restricted Boltzmann Machines",
          "Vinod Nair",
          "Geoffrey E. Hinton");

  static final Reference MAAS_2013 =
      inProceedings(
          "International Conference on Machine Learning",
          2013,
          "Rectifier Nonlinearities Improve Neural Network Acoustic Models",
          "Andrew L. Maas",
          "Awni Y. Hannun",
          "Andrew Y. Ng");

  static final Reference CLEVERT_2015 =
      arxiv(
          "1511.07289",
          2015,
          "Fast and Accurate Deep Network Learning by Exponential Linear Units (ELUs)",
          "Djork-Arné Clevert",
          "Thomas Unterthiner",
          "Sepp Hochreiter");

  static final Reference HENDRYCKS_2016 =
      arxiv(
          "1606.08415",
          2016,
          "Gaussian Error Linear Units (GELUs)",
          "Dan Hendrycks",
          "Kevin Gimpel");

  static final Reference ELFWING_2017 =
      arxiv(
          "1702.03118",
          2017,
          "Sigmoid-Weighted Linear Units for Neural Network Function Approximation in Reinforcement"
              + " Learning",
          "Stefan Elfwing",
          "Eiji Uchibe",
          "Kenji Doya");

  static final Reference MISRA_2019 =
      arxiv(
          "1908.08681",
          2019,
          "Mish: A Self Regularized Non-Monotonic Activation Function",
          "Diganta Misra");

  static final Reference DUGAS_2000 =
      inProceedings(
          "Advances in Neural Information Processing Systems 13",
          2000,
          "Incorporating Second-Order Functional Knowledge for Better Option Pricing",
          "Charles Dugas",
          "Yoshua Bengio",
          "François Bélisle",
          "Claude Nadeau",
          "René Garcia");

  static final Reference LECUN_1998 =
      inProceedings(
              "Neural Networks: Tricks of the Trade",
              1998,
              "Efficient BackProp",
              "Yann LeCun",
              "Léon Bottou",
              "Genevieve B. Orr",
              "Klaus-Robert Müller")
          .at("doi:10.1007/3-540-49430-8_2");

  static final Reference RUMELHART_1986 =
      article(
              "Nature 323",
              1986,
              "Learning Representations by Back-Propagating Errors",
              "David E. Rumelhart",
              "Geoffrey E. Hinton",
              "Ronald J. Williams")
          .at("doi:10.1038/323533a0");

  private Works() {}
}
