package dev.espalier.backend.cpu.run;

import dev.espalier.api.tensor.DType;
import dev.espalier.backend.cpu.kernel.FloatConversion;
import dev.espalier.backend.cpu.kernel.HalfConversion;
import dev.espalier.backend.cpu.kernel.IntegerConversion;

/** {@code z = x} in another element type; registers hold the storage of their types. */
public record Conversion(DType from, DType to, int x, int z) implements BlockOp {
  @Override
  public void run(Lane r, int start, int n) {
    int xo = r.at(x);
    int zo = r.at(z);
    switch (from) {
      case F32 -> fromFloat(r, xo, zo, n);
      case F64 -> fromDouble(r, xo, zo, n);
      case BF16 -> fromBfloat16(r, xo, zo, n);
      case F16 -> fromFloat16(r, xo, zo, n);
      case I32 -> fromInt(r, xo, zo, n);
      case I64 -> fromLong(r, xo, zo, n);
      case BOOL -> fromBool(r, xo, zo, n);
    }
  }

  private void fromFloat(Lane r, int xo, int zo, int n) {
    switch (to) {
      case F64 -> FloatConversion.f32ToF64(r.f(x), xo, r.d(z), zo, n);
      case BF16 -> FloatConversion.f32ToBf16(r.f(x), xo, r.s(z), zo, n);
      case F16 -> FloatConversion.f32ToF16(r.f(x), xo, r.s(z), zo, n);
      case I32 -> FloatConversion.f32ToI32(r.f(x), xo, r.i(z), zo, n);
      case I64 -> FloatConversion.f32ToI64(r.f(x), xo, r.l(z), zo, n);
      case BOOL -> FloatConversion.f32ToBool(r.f(x), xo, r.b(z), zo, n);
      case F32 -> System.arraycopy(r.f(x), xo, r.f(z), zo, n);
    }
  }

  private void fromDouble(Lane r, int xo, int zo, int n) {
    switch (to) {
      case F32 -> FloatConversion.f64ToF32(r.d(x), xo, r.f(z), zo, n);
      case BF16 -> FloatConversion.f64ToBf16(r.d(x), xo, r.s(z), zo, n);
      case F16 -> FloatConversion.f64ToF16(r.d(x), xo, r.s(z), zo, n);
      case I32 -> FloatConversion.f64ToI32(r.d(x), xo, r.i(z), zo, n);
      case I64 -> FloatConversion.f64ToI64(r.d(x), xo, r.l(z), zo, n);
      case BOOL -> FloatConversion.f64ToBool(r.d(x), xo, r.b(z), zo, n);
      case F64 -> System.arraycopy(r.d(x), xo, r.d(z), zo, n);
    }
  }

  private void fromBfloat16(Lane r, int xo, int zo, int n) {
    switch (to) {
      case F32 -> HalfConversion.bf16ToF32(r.s(x), xo, r.f(z), zo, n);
      case F64 -> HalfConversion.bf16ToF64(r.s(x), xo, r.d(z), zo, n);
      case F16 -> HalfConversion.bf16ToF16(r.s(x), xo, r.s(z), zo, n);
      case I32 -> HalfConversion.bf16ToI32(r.s(x), xo, r.i(z), zo, n);
      case I64 -> HalfConversion.bf16ToI64(r.s(x), xo, r.l(z), zo, n);
      case BOOL -> HalfConversion.bf16ToBool(r.s(x), xo, r.b(z), zo, n);
      case BF16 -> System.arraycopy(r.s(x), xo, r.s(z), zo, n);
    }
  }

  private void fromFloat16(Lane r, int xo, int zo, int n) {
    switch (to) {
      case F32 -> HalfConversion.f16ToF32(r.s(x), xo, r.f(z), zo, n);
      case F64 -> HalfConversion.f16ToF64(r.s(x), xo, r.d(z), zo, n);
      case BF16 -> HalfConversion.f16ToBf16(r.s(x), xo, r.s(z), zo, n);
      case I32 -> HalfConversion.f16ToI32(r.s(x), xo, r.i(z), zo, n);
      case I64 -> HalfConversion.f16ToI64(r.s(x), xo, r.l(z), zo, n);
      case BOOL -> HalfConversion.f16ToBool(r.s(x), xo, r.b(z), zo, n);
      case F16 -> System.arraycopy(r.s(x), xo, r.s(z), zo, n);
    }
  }

  private void fromInt(Lane r, int xo, int zo, int n) {
    switch (to) {
      case F32 -> IntegerConversion.i32ToF32(r.i(x), xo, r.f(z), zo, n);
      case F64 -> IntegerConversion.i32ToF64(r.i(x), xo, r.d(z), zo, n);
      case BF16 -> IntegerConversion.i32ToBf16(r.i(x), xo, r.s(z), zo, n);
      case F16 -> IntegerConversion.i32ToF16(r.i(x), xo, r.s(z), zo, n);
      case I64 -> IntegerConversion.i32ToI64(r.i(x), xo, r.l(z), zo, n);
      case BOOL -> IntegerConversion.i32ToBool(r.i(x), xo, r.b(z), zo, n);
      case I32 -> System.arraycopy(r.i(x), xo, r.i(z), zo, n);
    }
  }

  private void fromLong(Lane r, int xo, int zo, int n) {
    switch (to) {
      case F32 -> IntegerConversion.i64ToF32(r.l(x), xo, r.f(z), zo, n);
      case F64 -> IntegerConversion.i64ToF64(r.l(x), xo, r.d(z), zo, n);
      case BF16 -> IntegerConversion.i64ToBf16(r.l(x), xo, r.s(z), zo, n);
      case F16 -> IntegerConversion.i64ToF16(r.l(x), xo, r.s(z), zo, n);
      case I32 -> IntegerConversion.i64ToI32(r.l(x), xo, r.i(z), zo, n);
      case BOOL -> IntegerConversion.i64ToBool(r.l(x), xo, r.b(z), zo, n);
      case I64 -> System.arraycopy(r.l(x), xo, r.l(z), zo, n);
    }
  }

  private void fromBool(Lane r, int xo, int zo, int n) {
    switch (to) {
      case F32 -> IntegerConversion.boolToF32(r.b(x), xo, r.f(z), zo, n);
      case F64 -> IntegerConversion.boolToF64(r.b(x), xo, r.d(z), zo, n);
      case BF16 -> IntegerConversion.boolToBf16(r.b(x), xo, r.s(z), zo, n);
      case F16 -> IntegerConversion.boolToF16(r.b(x), xo, r.s(z), zo, n);
      case I32 -> IntegerConversion.boolToI32(r.b(x), xo, r.i(z), zo, n);
      case I64 -> IntegerConversion.boolToI64(r.b(x), xo, r.l(z), zo, n);
      case BOOL -> System.arraycopy(r.b(x), xo, r.b(z), zo, n);
    }
  }
}
