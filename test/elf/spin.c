static volatile long count;

static void spin(void) {
	for (;;)
		count++;
}

int main(void) {
	spin();
	return 0;
}
