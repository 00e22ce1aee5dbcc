#include <math.h>
#include <stdio.h>

int main(void) {
	volatile double third = 1.0 / 3, large = 6.02214076e23, small = 5e-324, zero = 0;
	volatile long double wide = 1.0L / 3;
	printf("%f %.17g %e %a\n", third, third, large, third);
	printf("%g %g %g %.3Lf %.20Lg\n", small, 1 / zero, -zero, wide, wide);
	printf("%.2f %10.3f|%-10.1f|%+d\n", 2.675, 3.14159, 2.5, 7);
	printf("%.15f %.15f\n", sqrt(2 + zero), (double)(float)third);
	return 0;
}
