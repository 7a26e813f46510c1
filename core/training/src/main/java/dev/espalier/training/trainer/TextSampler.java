package dev.espalier.training.trainer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.engine.random.Philox;
import dev.espalier.training.data.Vocabulary;
import java.util.Arrays;

/** Draws characters one by one, each from the model's prediction for those before. */
final class TextSampler {
  private final Session session;
  private final Vocabulary vocabulary;
  private final TensorType input;
  private final int context;

  TextSampler(PreparedData data, Session session) {
    this.session = session;
    this.vocabulary =
        data.vocabulary()
            .orElseThrow(() ->
                new EspalierException(
                    ErrorCode.BAD_VALUE,
                    "text is drawn from a run that was trained on text",
                    "a run on " + data.source().path(),
                    "name a run with data.kind text"));
    this.input = data.training().inputType(1);
    this.context = input.shape().extent(1);
  }

  String sample(SampleRequest request) {
    String prompt = request.prompt().isEmpty() ? first() : request.prompt();
    int[] tokens = vocabulary.encode(prompt);
    int begun = tokens.length;
    tokens = Arrays.copyOf(tokens, begun + request.length());
    try (Session.Program predictions = session.compile(session.step().predictGraph(input))) {
      for (int at = begun; at < tokens.length; at++) {
        int from = Math.max(0, at - context);
        // Later places are not seen by the model, whatever stands there.
        int[] window = Arrays.copyOf(Arrays.copyOfRange(tokens, from, at), context);
        NdArray logits = predictions.run(NdArray.of(window, 1, context)).getFirst();
        tokens[at] = draw(logits, at - from - 1, request, at - begun);
      }
    }
    return vocabulary.decode(tokens);
  }

  /** Where there is no prompt, a line begins. */
  private String first() {
    String symbols = vocabulary.symbols();
    return symbols.indexOf('\n') >= 0
        ? "\n"
        : symbols.substring(0, symbols.offsetByCodePoints(0, 1));
  }

  private int draw(NdArray logits, int place, SampleRequest request, int number) {
    int size = vocabulary.size();
    double[] scores = new double[size];
    for (int i = 0; i < size; i++) {
      scores[i] = logits.getDouble(place * size + i);
    }
    int best = 0;
    for (int i = 1; i < size; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    if (request.temperature() == 0) {
      return best;
    }
    double least = Double.NEGATIVE_INFINITY;
    if (request.topK() > 0 && request.topK() < size) {
      double[] sorted = scores.clone();
      Arrays.sort(sorted);
      least = sorted[size - request.topK()];
    }
    double total = 0;
    double[] weights = new double[size];
    for (int i = 0; i < size; i++) {
      weights[i] =
          scores[i] < least ? 0 : Math.exp((scores[i] - scores[best]) / request.temperature());
      total += weights[i];
    }
    int[] word = Philox.block(number, 0, 0, 0, (int) request.seed(), (int) (request.seed() >>> 32));
    double left = Integer.toUnsignedLong(word[0]) * 0x1p-32 * total;
    for (int i = 0; i < size; i++) {
      left -= weights[i];
      if (left < 0) {
        return i;
      }
    }
    return best;
  }
}
