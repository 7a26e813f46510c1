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

  static final Reference CHEN_ZHOU_2023 =
      inProceedings(
              "International Conference on Machine Learning",
              2023,
              "Generalized-Smooth Nonconvex Optimization is As Efficient As Smooth Nonconvex"
                  + " Optimization",
              "Ziyi Chen",
              "Yi Zhou",
              "Yingbin Liang",
              "Zhaosong Lu")
          .at("arXiv:2303.02854");

  static final Reference FANG_2018 =
      arxiv(
          "1807.01695",
          2018,
          "SPIDER: Near-Optimal Non-Convex Optimization via Stochastic Path Integrated Differential"
              + " Estimator",
          "Cong Fang",
          "Chris Junchi Li",
          "Zhouchen Lin",
          "Tong Zhang");

  static final Reference YUAN_2024 =
      arxiv(
          "2411.10438",
          2024,
          "MARS: Unleashing the Power of Variance Reduction for Training Large Models",
          "Huizhuo Yuan",
          "Yifeng Liu",
          "Shuang Wu",
          "Xun Zhou",
          "Quanquan Gu");

  static final Reference ABDUKHAKIMOV_2023 =
      arxiv(
          "2312.17369",
          2023,
          "SANIA: Polyak-type Optimization Framework Leads to Scale Invariant Stochastic Algorithms",
          "Farshed Abdukhakimov",
          "Chulu Xiang",
          "Dmitry Kamzolov",
          "Robert M. Gower",
          "Martin Takac");

  static final Reference LAU_2024 =
      arxiv(
          "2402.11215",
          2024,
          "AdAdaGrad: Adaptive Batch Size Schemes for Adaptive Gradient Methods",
          "Tim Tsz-Kit Lau",
          "Han Liu",
          "Mladen Kolar");

  static final Reference BOLLAPRAGADA_2017 =
      arxiv(
          "1710.11258",
          2017,
          "Adaptive Sampling Strategies for Stochastic Optimization",
          "Raghu Bollapragada",
          "Richard Byrd",
          "Jorge Nocedal");

  static final Reference WARD_2018 =
      arxiv(
          "1806.01811",
          2018,
          "AdaGrad stepsizes: Sharp convergence over nonconvex landscapes",
          "Rachel Ward",
          "Xiaoxia Wu",
          "Leon Bottou");

  static final Reference LI_2023 =
      arxiv(
          "2311.14222",
          2023,
          "Risk Bounds of Accelerated SGD for Overparameterized Linear Regression",
          "Xuheng Li",
          "Yihe Deng",
          "Jingfeng Wu",
          "Dongruo Zhou",
          "Quanquan Gu");

  static final Reference JAIN_2017 =
      arxiv(
          "1704.08227",
          2017,
          "Accelerating Stochastic Gradient Descent For Least Squares Regression",
          "Prateek Jain",
          "Sham M. Kakade",
          "Rahul Kidambi",
          "Praneeth Netrapalli",
          "Aaron Sidford");

  static final Reference KREISLER_2024 =
      arxiv(
          "2404.00666",
          2024,
          "Accelerated Parameter-Free Stochastic Optimization",
          "Itai Kreisler",
          "Maor Ivgi",
          "Oliver Hinder",
          "Yair Carmon");

  static final Reference WOODWORTH_2023 =
      inProceedings(
              "International Conference on Machine Learning",
              2023,
              "Two Losses Are Better Than One: Faster Optimization Using a Cheaper Proxy",
              "Blake Woodworth",
              "Konstantin Mishchenko",
              "Francis Bach")
          .at("arXiv:2302.03542");

  static final Reference PAN_2023 =
      arxiv(
          "2306.00204",
          2023,
          "Toward Understanding Why Adam Converges Faster Than SGD for Transformers",
          "Yan Pan",
          "Yuanzhi Li");

  static final Reference LOIZOU_2020 =
      arxiv(
          "2002.10542",
          2020,
          "Stochastic Polyak Step-size for SGD: An Adaptive Learning Rate for Fast Convergence",
          "Nicolas Loizou",
          "Sharan Vaswani",
          "Issam Laradji",
          "Simon Lacoste-Julien");

  static final Reference JORDAN_2024 =
      other(
          "kellerjordan.github.io/posts/muon",
          2024,
          "Muon: An optimizer for hidden layers in neural networks",
          "Keller Jordan",
          "Yuchen Jin",
          "Vlado Boza",
          "Jiacheng You",
          "Franz Cesista",
          "Laker Newhouse",
          "Jeremy Bernstein");

  private Works() {}
}
