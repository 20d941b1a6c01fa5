#include "scheduler/secrets/secret_rules.h"

#include <string>

#include "gtest/gtest.h"

namespace scheduler::secrets {
namespace {

TEST(SecretRulesTest, ALineHasNoControlCharacters) {
  EXPECT_FALSE(FaultOf("x", SecretForm::kLine).has_value());
  EXPECT_FALSE(FaultOf(std::string(8192, 'x'), SecretForm::kLine).has_value());
  EXPECT_FALSE(FaultOf("p\u00e4ss", SecretForm::kLine).has_value());
  EXPECT_EQ(*FaultOf("", SecretForm::kLine), "is empty");
  EXPECT_EQ(*FaultOf(std::string(8193, 'x'), SecretForm::kLine), "has more than 8192 bytes");
  for (const std::string& text : {std::string("a\nb"), std::string("a\rb"), std::string("a\tb"),
                                  std::string("a\0b", 3), std::string("\x7f")}) {
    EXPECT_EQ(*FaultOf(text, SecretForm::kLine), "holds a control character");
  }
}

TEST(SecretRulesTest, ADocumentHasLines) {
  EXPECT_FALSE(FaultOf("a\tb\r\nc\n", SecretForm::kDocument).has_value());
  EXPECT_FALSE(FaultOf(std::string(65536, 'x'), SecretForm::kDocument).has_value());
  EXPECT_EQ(*FaultOf("", SecretForm::kDocument), "is empty");
  EXPECT_EQ(*FaultOf(std::string(65537, 'x'), SecretForm::kDocument), "has more than 65536 bytes");
  EXPECT_EQ(*FaultOf(std::string("a\0b", 3), SecretForm::kDocument), "holds a control character");
}

}  // namespace
}  // namespace scheduler::secrets
