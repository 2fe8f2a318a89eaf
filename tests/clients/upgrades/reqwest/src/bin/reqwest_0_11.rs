use reqwest_0_11 as reqwest;
include!("../suite.rs");
