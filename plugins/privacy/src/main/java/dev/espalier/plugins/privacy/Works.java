package dev.espalier.plugins.privacy;

import static dev.espalier.api.plugin.Reference.arxiv;
import static dev.espalier.api.plugin.Reference.inProceedings;

import dev.espalier.api.plugin.Reference;

/** The works that the accountants are from. */
final class Works {
  static final Reference MIRONOV_2019 =
      arxiv(
          "1908.10530",
          2019,
          "Rényi Differential Privacy of the Sampled Gaussian Mechanism",
          "Ilya Mironov",
          "Kunal Talwar",
          "Li Zhang");

  static final Reference CANONNE_2020 =
      arxiv(
          "2004.00010",
          2020,
          "The Discrete Gaussian for Differential Privacy",
          "Clément L. Canonne",
          "Gautam Kamath",
          "Thomas Steinke");

  static final Reference DOROSHENKO_2022 =
      arxiv(
          "2207.04380",
          2022,
          "Connect the Dots: Tighter Discrete Approximations of Privacy Loss Distributions",
          "Vadym Doroshenko",
          "Badih Ghazi",
          "Pritish Kamath",
          "Ravi Kumar",
          "Pasin Manurangsi");

  static final Reference KOSKELA_2020 =
      inProceedings(
              "International Conference on Artificial Intelligence and Statistics",
              2020,
              "Computing Tight Differential Privacy Guarantees Using FFT",
              "Antti Koskela",
              "Joonas Jälkö",
              "Antti Honkela")
          .at("arXiv:1906.03049");

  static final Reference ZHU_2021 =
      arxiv(
          "2106.08567",
          2021,
          "Optimal Accounting of Differential Privacy via Characteristic Function",
          "Yuqing Zhu",
          "Jinshuo Dong",
          "Yu-Xiang Wang");

  static final Reference DONG_2019 =
      arxiv(
          "1905.02383",
          2019,
          "Gaussian Differential Privacy",
          "Jinshuo Dong",
          "Aaron Roth",
          "Weijie J. Su");

  static final Reference BU_2020 =
      arxiv(
          "1911.11607",
          2019,
          "Deep Learning with Gaussian Differential Privacy",
          "Zhiqi Bu",
          "Jinshuo Dong",
          "Qi Long",
          "Weijie J. Su");

  private Works() {}
}
