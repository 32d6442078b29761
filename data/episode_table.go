package data

import "time"

func covid() Episode {
	hour, night, week := utc(2020, 3, 12, 11), utc(2020, 3, 13, 2), utc(2020, 3, 13, 2)
	midnight := utc(2020, 3, 13, 0)
	return Episode{
		Name: "2020-03-covid", Title: "Black Thursday",
		Moves: []Move{
			{"BTC", 0.182, time.Hour, hour, hourly},
			{"ETH", 0.209, time.Hour, hour, hourly},
			{"BTC", 0.465, day, night, hourly},
			{"ETH", 0.478, day, night, hourly},
			{"LINK", 0.459, day, midnight, daily},
			{"SNX", 0.403, day, midnight, daily},
			{"ETH", 0.578, 7 * day, week, hourly},
		},
		Note: "36 % of the liquidations of MakerDAO were won by a bid of zero.",
	}
}

func chinaBan() Episode {
	noon := utc(2021, 5, 19, 13)
	return Episode{
		Name: "2021-05-china-ban", Title: "Mining ban in China",
		Moves: []Move{
			{"SNX", 0.312, time.Hour, noon, hourly},
			{"LINK", 0.231, time.Hour, noon, hourly},
			{"SOL", 0.193, time.Hour, noon, hourly},
			{MeanOfFive, 0.191, time.Hour, noon, hourly},
			{MeanOfFive, 0.266, 4 * time.Hour, noon, hourly},
			{MeanOfFive, 0.348, day, utc(2021, 5, 20, 1), hourly},
		},
	}
}

func luna() Episode {
	return Episode{
		Name: "2022-05-luna", Title: "End of Terra",
		Moves: []Move{
			{"SNX", 0.26, day, utc(2022, 5, 12, 10), hourly},
			{"SNX", 0.55, 7 * day, utc(2022, 5, 12, 6), hourly},
		},
	}
}

func threeArrows() Episode {
	return Episode{
		Name: "2022-06-3ac", Title: "Three Arrows and Celsius",
		Moves: []Move{
			// 2,833 to 1,051 USD from 1 May to 22 June.
			{"ETH", 0.629, 52 * day, utc(2022, 6, 22, 0), hourly},
		},
	}
}

func ftx() Episode {
	return Episode{
		Name: "2022-11-ftx", Title: "End of FTX",
		Moves: []Move{
			{"ETH", 0.15, day, utc(2022, 11, 9, 0), hourly},
			{"SOL", 0.476, day, utc(2022, 11, 9, 22), hourly},
			{MeanOfFive, 0.268, day, utc(2022, 11, 9, 17), hourly},
		},
	}
}

func usdc() Episode {
	return Episode{
		Name: "2023-03-usdc", Title: "USDC loses its peg",
		Moves: []Move{
			{"USDC", 0.13, day, utc(2023, 3, 11, 12), reports + "; about 0.87 USD, hour and length of the window rounded to a day"},
		},
		Recoveries: []Recovery{
			{"USDC", 1, 2 * day, reports},
		},
	}
}

func august2024() Episode {
	return Episode{
		Name: "2024-08-carry-trade", Title: "Unwinding of the yen carry trade",
		Moves: []Move{
			{MeanOfFive, 0.236, day, utc(2024, 8, 5, 7), hourly + "; hour of the end rounded"},
		},
	}
}

func susd() Episode {
	return Episode{
		Name: "2025-04-susd", Title: "sUSD loses its peg",
		Moves: []Move{
			{"sUSD", 0.336, 30 * day, utc(2025, 5, 1, 0), reports + "; 0.664 USD at the lowest, the sources give the month only"},
		},
	}
}

func october2025() Episode {
	end := utc(2025, 10, 10, 22)
	return Episode{
		Name: "2025-10-liquidations", Title: "Largest liquidation of perpetuals",
		Moves: []Move{
			// About 117,000 to 104,000 USD.
			{"BTC", 0.111, 30 * time.Minute, end, reports + "; the sources say minutes, taken as half an hour"},
			{"ETH", 0.16, 30 * time.Minute, end, reports + "; taken over the same half hour as BTC"},
		},
	}
}
