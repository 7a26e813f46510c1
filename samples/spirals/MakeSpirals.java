import java.util.Locale;
import java.util.Random;

/**
 * Writes points on three spirals as CSV: their coordinates and the arm they are on, in random order. At radius {@code r}
 * from 0.1 to 1 an arm stands at the angle {@code 2 pi (r + arm / 3)}, plus a normal deviation of 0.12 radians.
 *
 * <pre>java samples/spirals/MakeSpirals.java [POINTS] [SEED] > samples/spirals/spirals.csv</pre>
 */
final class MakeSpirals {
  private static final String[] ARMS = {"red", "green", "blue"};
  private static final double NOISE = 0.12;

  private MakeSpirals() {}

  public static void main(String[] args) {
    int points = args.length > 0 ? Integer.parseInt(args[0]) : 3000;
    Random random = new Random(args.length > 1 ? Long.parseLong(args[1]) : 1);
    StringBuilder csv = new StringBuilder("x,y,arm\n");
    for (int i = 0; i < points; i++) {
      int arm = random.nextInt(ARMS.length);
      double radius = random.nextDouble(0.1, 1);
      double turn = radius + (double) arm / ARMS.length;
      double angle = 2 * Math.PI * turn + NOISE * random.nextGaussian();
      csv.append(
          String.format(
              Locale.ROOT,
              "%.6f,%.6f,%s\n",
              radius * Math.cos(angle),
              radius * Math.sin(angle),
              ARMS[arm]));
    }
    System.out.print(csv);
  }
}
