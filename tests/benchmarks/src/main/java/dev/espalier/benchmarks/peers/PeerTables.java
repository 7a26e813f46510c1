package dev.espalier.benchmarks.peers;

import dev.espalier.benchmarks.Figures;
import dev.espalier.benchmarks.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What the rounds come to. A contender's rate is the middle of its rounds' rates, each of which is
 * that of the round's middle step.
 *
 * @param rounds all of them
 */
record PeerTables(List<Round> rounds) {
  /** A step on a number of threads. */
  private record Place(String step, int threads) {}

  private List<Place> places() {
    return rounds.stream()
        .map(round -> new Place(round.step(), round.threads()))
        .distinct()
        .toList();
  }

  private List<Round> of(Place place, Contender contender) {
    return rounds.stream()
        .filter(round ->
            round.contender() == contender
                && round.step().equals(place.step())
                && round.threads() == place.threads())
        .toList();
  }

  private List<StepReport> reports(Place place, Contender contender) {
    return of(place, contender).stream().map(Round::report).toList();
  }

  private OptionalDouble rate(Place place, Contender contender) {
    return middle(reports(place, contender), report -> OptionalDouble.of(report.rate()));
  }

  private OptionalDouble rate(Place place, Optional<Contender> contender) {
    return contender.map(one -> rate(place, one)).orElse(OptionalDouble.empty());
  }

  private static OptionalDouble middle(
      List<StepReport> reports, Function<StepReport, OptionalDouble> figure) {
    List<Double> values =
        reports.stream().map(figure).flatMap(value -> value.stream().boxed()).toList();
    return values.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Figures.median(values));
  }

  private Optional<Contender> best(Place place, String precision) {
    return Contender.peersOf(precision).stream()
        .filter(one -> rate(place, one).isPresent())
        .max(Comparator.comparingDouble(one -> rate(place, one).orElseThrow()));
  }

  /** Espalier beside PyTorch's better mode, in steps a second. */
  Table comparison() {
    Table table =
        Table.of(
            1,
            "step",
            "threads",
            "PyTorch best fp32",
            "PyTorch best bf16",
            "Espalier fp32",
            "Espalier / PyTorch fp32",
            "Espalier bf16",
            "Espalier / PyTorch bf16");
    for (Place place : places()) {
      OptionalDouble ours = rate(place, Contender.ESPALIER_FP32);
      OptionalDouble mixed = rate(place, Contender.ESPALIER_BF16);
      Optional<Contender> fp32 = best(place, "fp32");
      Optional<Contender> bf16 = best(place, "bf16");
      table =
          table.row(
              place.step(),
              Integer.toString(place.threads()),
              withMode(place, fp32),
              withMode(place, bf16),
              text(ours),
              Figures.ratio(ours, rate(place, fp32)),
              text(mixed),
              Figures.ratio(mixed, rate(place, bf16)));
    }
    return table;
  }

  private String withMode(Place place, Optional<Contender> contender) {
    return contender
        .map(one -> text(rate(place, one)) + " (" + one.mode() + ")")
        .orElse(Figures.NONE);
  }

  private static String text(OptionalDouble value) {
    return value.isEmpty() ? Figures.NONE : Figures.significant(value.getAsDouble());
  }

  /** Every contender: rates, memory and start. */
  Table all() {
    Table table =
        Table.of(
            2,
            "step",
            "contender",
            "threads",
            "steps/s",
            "lowest and highest round",
            "quartiles of a step, ms",
            "peak MB",
            "start to first step, s",
            "main to first step, s",
            "first step, ms",
            "threads apart, ns");
    for (Place place : places()) {
      for (Contender contender : Contender.values()) {
        List<StepReport> reports = reports(place, contender);
        if (!reports.isEmpty()) {
          table = table.row(cells(place, contender, reports));
        }
      }
    }
    return table;
  }

  private String[] cells(Place place, Contender contender, List<StepReport> reports) {
    List<Double> rates = reports.stream().map(StepReport::rate).toList();
    return Stream.of(
            place.step(),
            contender.text(),
            Integer.toString(place.threads()),
            text(rate(place, contender)),
            Figures.significant(Figures.quantile(rates, 0))
                + " to "
                + Figures.significant(Figures.quantile(rates, 1)),
            text(middle(reports, report -> OptionalDouble.of(report.lowerQuartileMs())))
                + " to "
                + text(middle(reports, report -> OptionalDouble.of(report.upperQuartileMs()))),
            text(middle(reports, StepReport::peakMb)),
            text(middle(reports, StepReport::startToFirstStepS)),
            text(middle(reports, report -> OptionalDouble.of(report.mainToFirstStepS()))),
            text(middle(reports, report -> OptionalDouble.of(report.firstStepMs()))),
            apart(of(place, contender)))
        .toArray(String[]::new);
  }

  /** The least and the greatest distance of two threads. */
  private static String apart(List<Round> rounds) {
    List<Double> all =
        rounds.stream().flatMap(round -> round.roundTripNs().stream().boxed()).toList();
    return all.isEmpty()
        ? Figures.NONE
        : "%.0f to %.0f".formatted(Figures.quantile(all, 0), Figures.quantile(all, 1));
  }
}
