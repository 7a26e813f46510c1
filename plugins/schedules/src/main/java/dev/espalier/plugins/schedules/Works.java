package dev.espalier.plugins.schedules;

import static dev.espalier.api.plugin.Reference.article;
import static dev.espalier.api.plugin.Reference.arxiv;

import dev.espalier.api.plugin.Reference;

/** The works that the schedules are from. */
final class Works {
  static final Reference ROBBINS_1951 =
      article(
              "Annals of Mathematical Statistics 22",
              1951,
              "A Stochastic Approximation Method",
              "Herbert Robbins",
              "Sutton Monro")
          .at("doi:10.1214/aoms/1177729586");

  static final Reference DEVLIN_2018 =
      arxiv(
          "1810.04805",
          2018,
          "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
          "Jacob Devlin",
          "Ming-Wei Chang",
          "Kenton Lee",
          "Kristina Toutanova");

  static final Reference LOSHCHILOV_2016 =
      arxiv(
          "1608.03983",
          2016,
          "SGDR: Stochastic Gradient Descent with Warm Restarts",
          "Ilya Loshchilov",
          "Frank Hutter");

  static final Reference GOYAL_2017 =
      arxiv(
          "1706.02677",
          2017,
          "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour",
          "Priya Goyal",
          "Piotr Dollár",
          "Ross Girshick",
          "Pieter Noordhuis",
          "Lukasz Wesolowski",
          "Aapo Kyrola",
          "Andrew Tulloch",
          "Yangqing Jia",
          "Kaiming He");

  private Works() {}
}
