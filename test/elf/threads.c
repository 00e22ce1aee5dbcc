#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int turn, total;
static __thread int own;

static void *work(void *argument) {
	int me = (int)(long)argument;
	for (int round = 0; round < 5; round++) {
		pthread_mutex_lock(&lock);
		while (turn % 3 != me) pthread_cond_wait(&changed, &lock);
		own += me + 1;
		total += own;
		turn++;
		pthread_cond_broadcast(&changed);
		pthread_mutex_unlock(&lock);
	}
	return (void *)(long)own;
}

int main(void) {
	pthread_t threads[3];
	long sum = 0;
	for (long index = 0; index < 3; index++) pthread_create(&threads[index], NULL, work, (void *)index);
	for (int index = 0; index < 3; index++) {
		void *result;
		pthread_join(threads[index], &result);
		sum += (long)result;
	}
	printf("%d %ld %d\n", total, sum, turn);
	return 0;
}
