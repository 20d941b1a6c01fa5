//! Lists: pages followed to their end.

use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};

use crate::call::Call;
use crate::error::Result;
use crate::method::Method;
use crate::v1;

/// A method that answers in pages. Implemented for all of the API's.
pub trait Paged: Method {
    /// What is listed.
    type Item: Send + 'static;

    /// Asks for another page.
    #[doc(hidden)]
    fn set_page_token(&mut self, token: String);

    /// The items of a page.
    #[doc(hidden)]
    fn items(page: Self::Response) -> Vec<Self::Item>;

    /// The token of the next page; empty on the last one.
    #[doc(hidden)]
    fn next_page_token(page: &Self::Response) -> &str;

    /// How many items to answer at most.
    #[doc(hidden)]
    fn set_page_size(&mut self, size: i32);
}

macro_rules! paged {
    ($($request:ident => $item:ident in $items:ident;)*) => {$(
        impl Paged for v1::$request {
            type Item = v1::$item;

            fn set_page_token(&mut self, token: String) {
                self.page_token = token;
            }

            fn items(page: Self::Response) -> Vec<v1::$item> {
                page.$items
            }

            fn next_page_token(page: &Self::Response) -> &str {
                &page.next_page_token
            }

            fn set_page_size(&mut self, size: i32) {
                self.page_size = size;
            }
        }
    )*};
}

paged! {
    ListJobsRequest => Job in jobs;
    ListRunsRequest => Run in runs;
    ListEventsRequest => Event in events;
    ListCalendarsRequest => Calendar in calendars;
    ListConnectionsRequest => Connection in connections;
}

/// To await such a call gives one page; these follow all of them.
impl<M: Paged> Call<M> {
    /// How many items a page holds at most, up to 1,000. Unset: 100.
    pub fn page_size(mut self, size: i32) -> Self {
        self.request.set_page_size(size);
        self
    }

    /// All items, page after page; the next page is asked for when the one before is used up. Ends
    /// after the first error.
    ///
    /// ```no_run
    /// # async fn example(client: ductape_jobs::Client) -> ductape_jobs::Result<()> {
    /// use futures_util::TryStreamExt;
    ///
    /// let mut runs = client.runs().list().job("heartbeat").stream();
    /// while let Some(run) = runs.try_next().await? {
    ///     println!("{} {:?}", run.run_id, run.state());
    /// }
    /// # Ok(()) }
    /// ```
    pub fn stream(self) -> BoxStream<'static, Result<M::Item>> {
        let items = |page: M::Response| stream::iter(M::items(page).into_iter().map(Ok));
        self.pages().map_ok(items).try_flatten().boxed()
    }

    /// All pages. A page may be empty and not be the last. Ends after the first error.
    pub fn pages(self) -> BoxStream<'static, Result<M::Response>> {
        stream::try_unfold(Some(self), |next| async move {
            let Some(call) = next else { return Ok(None) };
            let page = call.clone().await?;
            let token = M::next_page_token(&page).to_owned();
            let next = (!token.is_empty()).then(|| call.with(|r| r.set_page_token(token)));
            Ok(Some((page, next)))
        })
        .boxed()
    }

    /// All items at once.
    ///
    /// # Errors
    /// Those of the call.
    pub async fn all(self) -> Result<Vec<M::Item>> {
        self.stream().try_collect().await
    }
}
