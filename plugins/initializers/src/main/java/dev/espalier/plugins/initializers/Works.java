package dev.espalier.plugins.initializers;

import static dev.espalier.api.plugin.Reference.arxiv;
import static dev.espalier.api.plugin.Reference.inProceedings;
import static dev.espalier.api.plugin.Reference.other;

import dev.espalier.api.plugin.Reference;

/** The works that the initializers are from. */
final class Works {
  static final Reference GLOROT_2010 =
      inProceedings(
          "International Conference on Artificial Intelligence and Statistics",
          2010,
          "Understanding the difficulty of training deep feedforward neural networks",
          "Xavier Glorot",
          "Yoshua Bengio");

  static final Reference HE_2015 =
      arxiv(
          "1502.01852",
          2015,
          "Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet"
              + " Classification",
          "Kaiming He",
          "Xiangyu Zhang",
          "Shaoqing Ren",
          "Jian Sun");

  static final Reference RADFORD_2019 =
      other(
          "OpenAI",
          2019,
          "Language Models are Unsupervised Multitask Learners",
          "Alec Radford",
          "Jeffrey Wu",
          "Rewon Child",
          "David Luan",
          "Dario Amodei",
          "Ilya Sutskever");

  static final Reference CHOLLET_2015 =
      other("", 2015, "Keras", "François Chollet", "others").at("https://keras.io");

  private Works() {}
}
