//! `gateway.remote`: whether the token there is meant for a gateway of the project.

use crate::rules::RuleContext;
use crate::{
    model::target::Target,
    openclaw::{facts::AuthMode, settings::client},
    provenance::Candidate,
    text::secret::{Text, js_trim},
    vocabulary::setting::{Consumer, State},
    vocabulary::setting_key::SettingKey,
};

/// The token is the one of `gateway.remote`.
pub(crate) fn is_remote(candidate: &Candidate) -> bool {
    candidate.name == SettingKey::RemoteToken.text()
}

/// The token that a gateway accepts.
pub(crate) fn accepted(gateway: &Target) -> Option<&Candidate> {
    let is_token_mode = gateway.facts.as_ref().is_some_and(|f| f.auth_mode == AuthMode::Token);
    let view = gateway
        .view(&SettingKey::GatewayToken, &Consumer::Gateway)
        .filter(|v| is_token_mode && v.state == State::Set)?;
    view.winner.as_ref().filter(|w| w.value.is_some())
}

/// Where the address of the config leads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leads {
    /// To this gateway, or it is not said.
    Here,
    /// To something that is not known from here.
    Elsewhere,
}

/// Where the judged target's `gateway.remote.url` leads, seen from a gateway.
pub(crate) fn leads(case: &RuleContext<'_>, gateway: &Target) -> Leads {
    let url = case.target.facts.as_ref().and_then(|f| {
        let url = f.config.string(&["gateway", "remote", "url"], &f.env)?;
        url.value
    });
    let Some(url) = url.filter(|u| !u.is_blank()) else { return Leads::Here };
    let is_here = client::parse(js_trim(Text::expose(&url))).is_some_and(|address| {
        client::is_loopback(address.host)
            || gateway.service.as_deref() == Some(address.host)
            || gateway.name == address.host
    });
    if is_here { Leads::Here } else { Leads::Elsewhere }
}
