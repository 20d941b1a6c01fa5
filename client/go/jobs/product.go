package jobs

import (
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// fillProduct names the product where the request names none: in its own field, or else in the resource that it carries.
func fillProduct(request proto.Message, product string) {
	if product == "" {
		return
	}
	message := request.ProtoReflect()
	own := productField(message.Descriptor())
	resource := resourceOf(message)
	if own != nil {
		// A schedule to preview may name it in its job instead.
		if message.Get(own).String() == "" && (resource == nil || namesNone(resource)) {
			message.Set(own, protoreflect.ValueOfString(product))
		}
		return
	}
	if resource != nil && namesNone(resource) {
		resource.Set(productField(resource.Descriptor()), protoreflect.ValueOfString(product))
	}
}

func productField(message protoreflect.MessageDescriptor) protoreflect.FieldDescriptor {
	return message.Fields().ByName("product")
}

func namesNone(resource protoreflect.Message) bool {
	return resource.Get(productField(resource.Descriptor())).String() == ""
}

// resourceOf is the resource that a request carries, the message in it that has a product; nil if there is none.
func resourceOf(message protoreflect.Message) protoreflect.Message {
	fields := message.Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		if field.Kind() != protoreflect.MessageKind || field.IsList() || field.IsMap() {
			continue
		}
		if productField(field.Message()) != nil && message.Has(field) {
			return message.Mutable(field).Message()
		}
	}
	return nil
}
