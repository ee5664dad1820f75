//! Commands about an organisation's canned replies: add, list, change and remove.

use super::command::{CannedReplyLine, Reply};
use super::find::this_reply;
use super::outcome::{Admin, Done, Failed, refused};
use crate::names;
use crate::org::{Event, RepliesChange};
use crate::store::{Organisation, ReplyOwner, ReplyPut, StoredReply};
use protocol::ReplyId;
use protocol::display_text::{written_line, written_lines};
use protocol::limits::{ORGANISATION_REPLIES, REPLY_CHARS, REPLY_NAME_CHARS};
use uuid::Uuid;

impl Admin<'_> {
    pub(super) fn canned_replies(&self, org: Option<&str>) -> Done {
        let orgs = match org {
            Some(_) => vec![self.org(org)?],
            None => self.store.organisations()?,
        };
        let mut lines = Vec::new();
        for org in orgs {
            let of_org = self.store.replies(org.id, ReplyOwner::Organisation)?;
            lines.extend(of_org.into_iter().map(|StoredReply { id, name, text }| CannedReplyLine {
                id: id.0,
                org: org.name.clone(),
                name,
                text,
            }));
        }
        Ok((Reply::CannedReplies(lines), Vec::new()))
    }

    pub(super) fn add_canned_reply(&self, org: Option<&str>, name: &str, text: &str) -> Done {
        let (name, text) = (checked_name(name)?, checked_text(text)?);
        let org = self.org(org)?;
        self.reply_is_free(&org, &name, None)?;
        let reply = StoredReply { id: ReplyId(Uuid::new_v4()), name, text };
        let done = format!("The technicians of {} can send the canned reply {} now.", org.name, reply.name);
        self.put_canned_reply(&org, reply, done)
    }

    pub(super) fn change_canned_reply(
        &self,
        org: Option<&str>,
        asked: &str,
        to: Option<&str>,
        text: Option<&str>,
    ) -> Done {
        let to = to.map(checked_name).transpose()?;
        let text = text.map(checked_text).transpose()?;
        let org = self.org(org)?;
        let StoredReply { id, name, text: former } = self.canned_reply(&org, asked)?;
        let reply = StoredReply { id, name: to.unwrap_or(name), text: text.unwrap_or(former) };
        self.reply_is_free(&org, &reply.name, Some(id))?;
        let done = format!("The canned reply {} of {} is changed.", reply.name, org.name);
        self.put_canned_reply(&org, reply, done)
    }

    pub(super) fn remove_canned_reply(&self, org: Option<&str>, asked: &str) -> Done {
        let org = self.org(org)?;
        let StoredReply { id, name, .. } = self.canned_reply(&org, asked)?;
        self.store.remove_reply(org.id, ReplyOwner::Organisation, id)?;
        let done = format!("The canned reply {name} of {} is removed.", org.name);
        Ok((Reply::Done(done), vec![(org.id, Event::Replies(RepliesChange::Removed(id)))]))
    }

    fn put_canned_reply(&self, org: &Organisation, reply: StoredReply, done: String) -> Done {
        match self.store.put_reply(org.id, ReplyOwner::Organisation, &reply, ORGANISATION_REPLIES)? {
            ReplyPut::Done => {
                Ok((Reply::Done(done), vec![(org.id, Event::Replies(RepliesChange::Put(reply)))]))
            }
            ReplyPut::TooMany => refused(format!(
                "{} has {ORGANISATION_REPLIES} canned replies, the most that there may be. `reply remove` removes one.",
                org.name
            )),
            // Its id is new, or was read a moment ago among the organisation's; the one who asks is the only one who writes them.
            ReplyPut::NotTheirs => {
                refused("A technician has a canned reply with this id, and nothing was changed.")
            }
        }
    }

    /// The canned reply with this name or id.
    fn canned_reply(&self, org: &Organisation, asked: &str) -> Result<StoredReply, Failed> {
        this_reply(asked, org, &self.store.replies(org.id, ReplyOwner::Organisation)?)
    }

    fn reply_is_free(&self, org: &Organisation, name: &str, but: Option<ReplyId>) -> Result<(), Failed> {
        let all = self.store.replies(org.id, ReplyOwner::Organisation)?;
        let mut others = all.iter().filter(|reply| Some(reply.id) != but);
        match others.find(|reply| names::is_same(&reply.name, name)) {
            Some(other) => refused(format!(
                "{} has a canned reply {} already. `reply list` shows them, and `reply change` changes one.",
                org.name, other.name
            )),
            None => Ok(()),
        }
    }
}

fn checked_name(name: &str) -> Result<String, Failed> {
    if name.is_empty() || written_line(name) != name || name.chars().count() > REPLY_NAME_CHARS {
        return refused(format!(
            "The name of a canned reply has between 1 and {REPLY_NAME_CHARS} characters on one line that can be seen, without spaces at its ends."
        ));
    }
    Ok(names::composed(name))
}

fn checked_text(text: &str) -> Result<String, Failed> {
    let text = written_lines(text);
    if text.is_empty() || text.chars().count() > REPLY_CHARS {
        return refused(format!("A canned reply has between 1 and {REPLY_CHARS} characters."));
    }
    Ok(text)
}
