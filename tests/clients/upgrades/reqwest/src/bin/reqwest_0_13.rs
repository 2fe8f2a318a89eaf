use reqwest_0_13 as reqwest;
include!("../suite.rs");
