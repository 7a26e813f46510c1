package dev.espalier.plugins.optimizers;

import static dev.espalier.api.plugin.Reference.article;
import static dev.espalier.api.plugin.Reference.arxiv;
import static dev.espalier.api.plugin.Reference.inProceedings;
import static dev.espalier.api.plugin.Reference.other;

import dev.espalier.api.plugin.Reference;

/** The works that the optimizers are from. */
final class Works {
  static final Reference POLYAK_1964 =
      article(
              "USSR Computational Mathematics and Mathematical Physics 4",
              1964,
              "Some methods of speeding up the convergence of iteration methods",
              "Boris T. Polyak")
          .at("doi:10.1016/0041-5553(64)90137-5");

  static final Reference SUTSKEVER_2013 =
      inProceedings(
          "International Conference on Machine Learning",
          2013,
          "On the importance of initialization and momentum in deep learning",
          "Ilya Sutskever",
          "James Martens",
          "George Dahl",
          "Geoffrey Hinton");

  static final Reference KINGMA_2014 =
      arxiv(
          "1412.6980",
          2014,
          "Adam: A Method for Stochastic Optimization",
          "Diederik P. Kingma",
          "Jimmy Ba");

  static final Reference LOSHCHILOV_2017 =
      arxiv(
          "1711.05101",
          2017,
          "Decoupled Weight Decay Regularization",
          "Ilya Loshchilov",
          "Frank Hutter");

  static final Reference CHEN_2023 =
      inProceedings(
              "Advances in Neural Information Processing Systems 36",
              2023,
              "Symbolic Discovery of Optimization Algorithms",
              "Xiangning Chen",
              "Chen Liang",
              "Da Huang",
              "Esteban Real",
              "Kaiyuan Wang",
              "Hieu Pham",
              "Xuanyi Dong",
              "Thang Luong",
              "Cho-Jui Hsieh",
              "Yifeng Lu",
              "Quoc V. Le")
          .at("arXiv:2302.06675");

  static final Reference TIELEMAN_2012 =
      other(
          "COURSERA: Neural Networks for Machine Learning",
          2012,
          "Lecture 6.5 - RMSProp: Divide the gradient by a running average of its recent magnitude",
          "Tijmen Tieleman",
          "Geoffrey Hinton");

  static final Reference GRAVES_2013 =
      arxiv(
          "1308.0850", 2013, "Generating Sequences With Recurrent Neural Networks", "Alex Graves");

  static final Reference DUCHI_2011 =
      article(
          "Journal of Machine Learning Research 12",
          2011,
          "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization",
          "John Duchi",
          "Elad Hazan",
          "Yoram Singer");

  private Works() {}
}
