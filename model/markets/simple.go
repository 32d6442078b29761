package markets

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
)

// Simple is a market with settable answers: a reported debt and a minimum
// credit (D18 USD), each of which can be made to fail. The zero value reports
// 0 and needs 0. Settings take effect at once and are not part of a
// transaction.
type Simple struct {
	reportedDebt, minimumCredit               fp.Uint256
	reportedDebtFailure, minimumCreditFailure error
}

// ReportedDebt returns the reported debt (D18 USD), or the failure set for it.
func (m *Simple) ReportedDebt() (fp.Uint256, error) {
	if m.reportedDebtFailure != nil {
		return fp.Uint256{}, m.reportedDebtFailure
	}
	return m.reportedDebt, nil
}

// MinimumCredit returns the minimum credit (D18 USD), or the failure set for
// it.
func (m *Simple) MinimumCredit() (fp.Uint256, error) {
	if m.minimumCreditFailure != nil {
		return fp.Uint256{}, m.minimumCreditFailure
	}
	return m.minimumCredit, nil
}

// SetReportedDebt sets the reported debt (D18 USD).
func (m *Simple) SetReportedDebt(amount fp.Uint256) { m.reportedDebt = amount }

// SetMinimumCredit sets the minimum credit (D18 USD).
func (m *Simple) SetMinimumCredit(amount fp.Uint256) { m.minimumCredit = amount }

// SetReportedDebtFailure makes ReportedDebt fail with err; nil ends that.
func (m *Simple) SetReportedDebtFailure(err error) { m.reportedDebtFailure = err }

// SetMinimumCreditFailure makes MinimumCredit fail with err; nil ends that.
func (m *Simple) SetMinimumCreditFailure(err error) { m.minimumCreditFailure = err }

// Clone returns an independent copy for another system.
func (m *Simple) Clone(*model.System) model.ExternalMarket {
	c := *m
	return &c
}
