// The kernels of world.go and float.go in C, LANES paths side by side: with 8
// lanes and a vector math library the compiler makes vector code of them.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ASSETS = 4, MARKETS = 8, POOLS = 4, BACKED = 4, VAULTS = 8, MEMBERS = 100, HOURS = 24, STEPS = 720 };
static const double LIMIT = 1.25, MARGIN = 1 / 1.1;
typedef double lane[LANES];
#define EACH for (int l = 0; l < LANES; l++)

static int marketAsset[MARKETS], vaultAsset[VAULTS], backs[POOLS][BACKED];
static double supply[MARKETS], net[MARKETS], weight[POOLS][BACKED], weights[POOLS];
static double tokens[VAULTS], accounts[VAULTS], worst[VAULTS], debts[VAULTS][MEMBERS], shares[VAULTS][MEMBERS];
static double drift[ASSETS], scale[ASSETS], chol[ASSETS][ASSETS];
static const double start[ASSETS] = {90000, 3000, 150, 2};

// The state of LANES paths.
typedef struct {
	lane price[ASSETS];
	lane mLast[MARKETS], mValue[MARKETS], mShares[MARKETS], mCapacity[MARKETS];
	lane bShares[POOLS][BACKED], bLast[POOLS][BACKED], bLimit[POOLS][BACKED];
	lane pDebt[POOLS], pShares[POOLS], pValue[POOLS];
	lane vShares[VAULTS], vLast[VAULTS], vDebt[VAULTS], vValue[VAULTS], vSeen[VAULTS];
	lane least, leastPosition, use, events;
} __attribute__((aligned(64))) state;

static double histogram[1 << 12];

static void build(state *s) {
	const double volatility[ASSETS] = {0.5, 0.6, 0.7, 0.8}, year = 1.0 / (365 * 24);
	const double corr[ASSETS][ASSETS] = {{1, .8, .7, .6}, {.8, 1, .7, .6}, {.7, .7, 1, .6}, {.6, .6, .6, 1}};
	memset(s, 0, sizeof *s);
	for (int a = 0; a < ASSETS; a++) {
		drift[a] = -0.5 * volatility[a] * volatility[a] * year;
		scale[a] = volatility[a] * sqrt(year);
		for (int b = 0; b <= a; b++) {
			double sum = corr[a][b];
			for (int k = 0; k < b; k++) sum -= chol[a][k] * chol[b][k];
			chol[a][b] = a == b ? sqrt(sum) : sum / chol[b][b];
		}
		EACH s->price[a][l] = start[a];
	}
	for (int m = 0; m < MARKETS; m++) {
		marketAsset[m] = m % ASSETS;
		supply[m] = 200000.0 * (1 + m / ASSETS) / start[m % ASSETS];
		net[m] = -supply[m] * start[m % ASSETS];
		EACH s->mCapacity[m][l] = 1e6;
	}
	for (int v = 0; v < VAULTS; v++) {
		int p = v / 2, a = vaultAsset[v] = (p + v % 2) % ASSETS;
		tokens[v] = accounts[v] = MEMBERS * 100000.0 / start[a];
		double all = 0;
		for (int i = 0; i < MEMBERS; i++) {
			shares[v][i] = tokens[v] / MEMBERS;
			debts[v][i] = shares[v][i] * start[a] / (4 + 4 * (double)i / MEMBERS);
			all += debts[v][i];
			worst[v] = fmax(worst[v], debts[v][i] / shares[v][i]);
		}
		EACH { s->vShares[v][l] = tokens[v] * start[a]; s->pShares[p][l] += s->vShares[v][l]; s->vDebt[v][l] = all; s->pDebt[p][l] += all; }
	}
	for (int p = 0; p < POOLS; p++) {
		for (int i = 0; i < BACKED; i++) {
			int m = backs[p][i] = (2 * p + i) % MARKETS;
			weights[p] += weight[p][i] = 1 + (m + p) % 3;
		}
		for (int i = 0; i < BACKED; i++) EACH {
			s->bShares[p][i][l] = s->pShares[p][l] * weight[p][i] / weights[p];
			s->bLimit[p][i][l] = MARGIN;
			s->mShares[backs[p][i]][l] += s->bShares[p][i][l];
		}
	}
	EACH s->least[l] = s->leastPosition[l] = 1e9;
}

static inline uint64_t mix(uint64_t z) {
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

// Two normals by Box and Muller from a counter.
static inline void normals(uint64_t seed, uint64_t counter, lane x, lane y) {
	lane u, v;
	EACH {
		uint64_t key = (seed + l) * 0x9e3779b97f4a7c15u + counter * 0xd1342543de82ef95u;
		u[l] = ((double)(int64_t)(mix(key) >> 12) + 0.5) * 0x1p-52;
		v[l] = (double)(int64_t)(mix(key ^ 0x5851f42d4c957f2du) >> 12) * (0x1p-52 * 6.283185307179586);
	}
	EACH u[l] = sqrt(-2 * log(u[l]));
	EACH x[l] = u[l] * cos(v[l]);
	EACH y[l] = u[l] * sin(v[l]);
}

static void move(state *s, uint64_t seed, int step) {
	lane z[ASSETS];
	for (int a = 0; a < ASSETS; a += 2) normals(seed, step * 2 + a / 2, z[a], z[a + 1]);
	for (int a = 0; a < ASSETS; a++) {
		lane sum;
		EACH sum[l] = drift[a];
		for (int b = 0; b <= a; b++) EACH sum[l] += scale[a] * chol[a][b] * z[b][l];
		EACH sum[l] = exp(sum[l]);
		EACH s->price[a][l] *= sum[l];
	}
}

static void watch(state *s) {
	lane value[MARKETS], pool[POOLS];
	for (int m = 0; m < MARKETS; m++) EACH {
		double worth = supply[m] * s->price[marketAsset[m]][l];
		value[m][l] = s->mValue[m][l] + (worth + net[m] - s->mLast[m][l]) / s->mShares[m][l];
		s->use[l] = fmax(s->use[l], worth / s->mCapacity[m][l]);
	}
	for (int p = 0; p < POOLS; p++) {
		lane change;
		EACH change[l] = 0;
		for (int i = 0; i < BACKED; i++) EACH {
			double now = value[backs[p][i]][l];
			s->events[l] += now > s->bLimit[p][i][l] ? 1 : 0;
			change[l] += s->bShares[p][i][l] * (now - s->bLast[p][i][l]);
		}
		EACH pool[p][l] = s->pValue[p][l] + change[l] / s->pShares[p][l];
	}
	for (int v = 0; v < VAULTS; v++) EACH {
		double change = s->vShares[v][l] * (pool[v / 2][l] - s->vLast[v][l]), price = s->price[vaultAsset[v]][l];
		double seen = s->vSeen[v][l] = s->vValue[v][l] + change / accounts[v];
		double ratio = tokens[v] * price / (s->vDebt[v][l] + change), position = price / (worst[v] + seen);
		s->events[l] += (ratio < LIMIT ? 1 : 0) + (position < LIMIT ? 1 : 0);
		s->least[l] = fmin(s->least[l], ratio);
		s->leastPosition[l] = fmin(s->leastPosition[l], position);
	}
}

static void rebalance(state *s, int v) {
	int p = v / 2;
	lane change, perShare;
	EACH change[l] = 0;
	for (int i = 0; i < BACKED; i++) EACH {
		int m = backs[p][i];
		double debt = supply[m] * s->price[marketAsset[m]][l] + net[m];
		double value = s->mValue[m][l] + (debt - s->mLast[m][l]) / s->mShares[m][l];
		s->events[l] += value > s->bLimit[p][i][l] ? 1 : 0;
		s->mLast[m][l] = debt;
		s->mValue[m][l] = value;
		change[l] += s->bShares[p][i][l] * (value - s->bLast[p][i][l]);
		s->bLast[p][i][l] = value;
	}
	EACH {
		s->pDebt[p][l] += change[l];
		s->pValue[p][l] += change[l] / s->pShares[p][l];
		double reached = s->vShares[v][l] * (s->pValue[p][l] - s->vLast[v][l]), worth = tokens[v] * s->price[vaultAsset[v]][l];
		s->vLast[v][l] = s->pValue[p][l];
		s->vDebt[v][l] += reached;
		s->vValue[v][l] += reached / accounts[v];
		s->pShares[p][l] += worth - s->vShares[v][l];
		s->vShares[v][l] = worth;
		perShare[l] = s->pDebt[p][l] / s->pShares[p][l];
	}
	for (int i = 0; i < BACKED; i++) EACH {
		int m = backs[p][i];
		double credit = s->pShares[p][l] * weight[p][i] / weights[p], value = s->mValue[m][l];
		double most = value + MARGIN - perShare[l];
		s->mCapacity[m][l] += (most - value) * credit - (s->bLimit[p][i][l] - value) * s->bShares[p][i][l];
		s->mShares[m][l] += credit - s->bShares[p][i][l];
		s->bShares[p][i][l] = credit;
		s->bLimit[p][i][l] = most;
		s->bLast[p][i][l] = value;
	}
}

static void record(state *s) {
	for (int v = 0; v < VAULTS; v++) for (int i = 0; i < MEMBERS; i++) EACH {
		double debt = debts[v][i] + s->vSeen[v][l] * shares[v][i], ratio = shares[v][i] * s->price[vaultAsset[v]][l] / debt;
		uint64_t bits;
		memcpy(&bits, &ratio, 8);
		histogram[bits >> 45 & 4095] += debt;
	}
}

int main(int argc, char **argv) {
	int touching = argc > 1 && !strcmp(argv[1], "touch"), recorded = argc > 2 && !strcmp(argv[2], "recorded");
	int paths = argc > 3 ? atoi(argv[3]) : 100;
	state first, s;
	build(&first);
	double sum = 0;
	struct timespec a, b;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	for (int path = 0; path < paths; path += LANES) {
		s = first;
		for (int step = 0; step < STEPS; step++) {
			move(&s, path, step);
			if (touching) for (int v = 0; v < VAULTS; v++) rebalance(&s, v);
			watch(&s);
			if (recorded && step % HOURS == 0) record(&s);
		}
		EACH sum += s.least[l] + s.leastPosition[l] + s.use[l] + s.events[l];
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	for (int i = 0; i < 4096; i++) sum += histogram[i];
	int done = (paths + LANES - 1) / LANES * LANES;
	printf("%.3f %g\n", ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / ((double)done * STEPS), sum / done);
	return 0;
}
